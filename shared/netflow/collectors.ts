import { isIPv6 } from 'node:net';

/** A host name or address, and a port. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** A collector's address and transport protocol. */
export interface CollectorAddress extends HostPort {
  readonly scheme: 'udp';
}

/**
 * Reads `host:port`, or several separated by commas. IPv6 addresses are in brackets; `host` alone has `defaultPort`.
 * A scheme is optional, as in `udp://host:port`; the default is UDP.
 * @throws RangeError that quotes the invalid part.
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

/** `host:port` as `parseCollectors` reads it, and as a listening address is written. */
export function formatCollector({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
