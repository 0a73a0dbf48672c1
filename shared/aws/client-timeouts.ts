/** The timeouts of an SDK client, in milliseconds. The SDK retries a request that exceeds one. */
export interface ClientTimeouts {
  readonly requestHandler: {
    readonly connectionTimeout: number;
    /** Until the response begins. */
    readonly requestTimeout: number;
    /** Otherwise the SDK only logs a warning. */
    readonly throwOnRequestTimeout: true;
    /** Between the bytes of the response. */
    readonly socketTimeout: number;
  };
}

/** For all clients whose responses are awaited, because the SDK has no timeouts by default. */
export const CLIENT_TIMEOUTS: ClientTimeouts = {
  requestHandler: {
    connectionTimeout: 5_000,
    requestTimeout: 20_000,
    throwOnRequestTimeout: true,
    socketTimeout: 60_000,
  },
};
