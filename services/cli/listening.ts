import { formatCollector } from '../../shared/netflow/collectors.ts';
import { type ListenAddress, nextFreePort } from '../../shared/transport/listen.ts';
import { RunError, UsageError } from './errors.ts';

/** The reader of `--listen`. @throws UsageError unless it is host:port. */
export function listenOption(text: string): ListenAddress {
  const [, bracketed, plain, digits] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || !(port <= 65_535))
    throw new UsageError(`--listen needs host:port or [IPv6 address]:port, not "${text}"`);
  return { host, port };
}

/** Opens a socket at the address. @throws RunError, which names the next free port if this one is in use. */
export async function listenOrExplain<T>(
  where: ListenAddress,
  open: (where: ListenAddress) => Promise<T>,
): Promise<T> {
  try {
    return await open(where);
  } catch (error) {
    throw new RunError(await explainListenError(error as NodeJS.ErrnoException, where), {
      cause: error,
    });
  }
}

async function explainListenError(
  error: NodeJS.ErrnoException,
  wanted: ListenAddress,
): Promise<string> {
  const what = `cannot listen on ${formatCollector(wanted)}`;
  if (error.code !== 'EADDRINUSE') return `${what}: ${error.message}`;
  const port = await nextFreePort(wanted);
  const way = port === undefined ? 'choose another' : `${port} is free`;
  return `${what}: the port is in use, ${way} (--listen ${formatCollector({ ...wanted, port: port ?? 0 })})`;
}
