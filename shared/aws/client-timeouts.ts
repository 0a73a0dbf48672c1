/** How long a client of the SDK waits, in milliseconds; what takes longer is retried by the SDK. */
export interface ClientTimeouts {
  readonly requestHandler: {
    readonly connectionTimeout: number;
    /** Until an answer begins. */
    readonly requestTimeout: number;
    /** Else it is but a warning. */
    readonly throwOnRequestTimeout: true;
    /** Between the bytes of an answer. */
    readonly socketTimeout: number;
  };
}

/** For all clients whose answers are waited for: the SDK's own defaults have no limits. */
export const CLIENT_TIMEOUTS: ClientTimeouts = {
  requestHandler: {
    connectionTimeout: 5_000,
    requestTimeout: 20_000,
    throwOnRequestTimeout: true,
    socketTimeout: 60_000,
  },
};
