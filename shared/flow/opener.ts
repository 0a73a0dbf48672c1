import type { FlowRecord } from './record.ts';

/** Which end of a line opened the connection. */
export const SOURCE = 1;
export const DESTINATION = -1;
export const NOT_TOLD = 0;

/** The only TCP flags that flow logs report of the handshake: 2 of who opens, 18 of who answers. */
const SYN = 2;
const ACK = 16;
/** RFC 6335 section 6: services have System Ports, and no client opens from one. */
const FIRST_USER_PORT = 1024;
/** The first port that Linux, and so most clients, open from. */
const FIRST_EPHEMERAL_PORT = 32_768;

/**
 * Which end opened the connection: TCP's handshake tells where the line has it, else the ports do when they are of
 * different kinds. Two ports of a kind, and none, do not tell.
 */
export function openerOf({ tcpFlags, sourcePort, destinationPort }: FlowRecord): number {
  if ((tcpFlags & SYN) !== 0) return (tcpFlags & ACK) === 0 ? SOURCE : DESTINATION;
  if (sourcePort === 0 || destinationPort === 0) return NOT_TOLD;
  return Math.sign(kindOf(sourcePort) - kindOf(destinationPort));
}

/** System ports, user ports, ephemeral ports: a connection goes from a higher kind to a lower one. */
function kindOf(port: number): number {
  if (port < FIRST_USER_PORT) return 0;
  return port < FIRST_EPHEMERAL_PORT ? 1 : 2;
}
