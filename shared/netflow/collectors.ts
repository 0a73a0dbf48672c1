import { isIPv6 } from 'node:net';

/** A host name or address, and a port. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Where export packets go, and by which protocol. */
export interface CollectorAddress extends HostPort {
  readonly scheme: 'udp';
}

/**
 * Reads `host:port` or several with commas between; IPv6 in brackets; `host` alone has `defaultPort`. The
 * protocol may be written before it, `udp://host:port`; without one it is UDP.
 * @throws RangeError naming the part that is none.
 */
export function parseCollectors(text: string, defaultPort: number): CollectorAddress[] {
  return text.split(',').map((part) => parseCollector(part.trim(), defaultPort));
}

function parseCollector(text: string, defaultPort: number): CollectorAddress {
  const [, bracketed, plain, digits] =
    /^(?:udp:\/\/)?(?:\[([^\]]+)\]|([^:[\]\s]+))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? defaultPort : Number(digits);
  if (host === undefined || (bracketed !== undefined && !isIPv6(bracketed)) || !isPort(port)) {
    const hint = isIPv6(text) ? '; an IPv6 address goes in brackets' : '';
    throw new RangeError(`"${text}" is not host:port${hint}`);
  }
  return { scheme: 'udp', host, port };
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}

/** As `parseCollectors` reads it, and as an address to listen at is written. */
export function formatCollector({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
