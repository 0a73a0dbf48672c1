import { isIPv6 } from 'node:net';

/** Where datagrams go: a host name or address, and a UDP port. */
export interface CollectorAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `host:port` or several with commas between; IPv6 in brackets; `host` alone has `defaultPort`.
 * @throws RangeError naming the part that is none.
 */
export function parseCollectors(text: string, defaultPort: number): CollectorAddress[] {
  return text.split(',').map((part) => parseCollector(part.trim(), defaultPort));
}

function parseCollector(text: string, defaultPort: number): CollectorAddress {
  const [, bracketed, plain, digits] =
    /^(?:\[([^\]]+)\]|([^:[\]\s]+))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? defaultPort : Number(digits);
  if (host === undefined || (bracketed !== undefined && !isIPv6(bracketed)) || !isPort(port)) {
    const hint = isIPv6(text) ? '; an IPv6 address goes in brackets' : '';
    throw new RangeError(`"${text}" is not host:port${hint}`);
  }
  return { host, port };
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}

export function formatCollector({ host, port }: CollectorAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
