const GATEWAY_ID = /^nat-[0-9a-z]+$/;

/** Whether it has the form of a NAT gateway's id: what has may stand in a command that people paste. */
export function isGatewayId(value: unknown): value is string {
  return typeof value === 'string' && GATEWAY_ID.test(value);
}
