import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

/** Where a collector listens; port 0 takes any free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** A bound socket; `close` resolves when no datagram will be handed on any more. */
export interface Listener {
  readonly address: ListenAddress;
  /** From now on datagrams are refused as if nobody listened, but nobody else gets the port. */
  refuse(): Promise<void>;
  close(): Promise<void>;
}

/** What a listener tells: datagrams with their sender's address, and the end of its socket. */
export interface ListenHandlers {
  onDatagram(bytes: Uint8Array, sender: string): void;
  onError(error: Error): void;
}

/** A burst of a million small flows fits; the kernel bounds it by net.core.rmem_max. */
const RECEIVE_BUFFER_OCTETS = 4 * 1024 * 1024;
const PORTS_TO_TRY = 100;
/** RFC 863: nobody sends from there. */
const DISCARD_PORT = 9;

async function bind({ host, port }: ListenAddress): Promise<Socket> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    socket.bind({ address: host, port, exclusive: true });
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
  return socket;
}

function enlargeBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_OCTETS);
  } catch {
    // The default buffer works too, it only loses datagrams sooner.
  }
}

/** Listens for datagrams; rejects with the system's error (`code` EADDRINUSE, …) when it cannot. */
export async function listen(where: ListenAddress, handlers: ListenHandlers): Promise<Listener> {
  const socket = await bind(where);
  enlargeBuffer(socket);
  socket.on('error', handlers.onError);
  socket.on('message', (bytes, { address }) => {
    handlers.onDatagram(bytes, address.replace(/^::ffff:(?=\d+\.)/, ''));
  });
  const { address, port } = socket.address();
  return {
    address: { host: address, port },
    // A connected socket takes datagrams from its peer alone; for all others the port is unreachable.
    refuse: () => new Promise((refusing) => socket.connect(DISCARD_PORT, address, refusing)),
    close: () => new Promise((closed) => socket.close(() => closed())),
  };
}

/** The first port after `port` that nobody listens on, or undefined when there is none near. */
export async function nextFreePort({ host, port }: ListenAddress): Promise<number | undefined> {
  for (let candidate = port + 1; candidate <= Math.min(port + PORTS_TO_TRY, 65_535); candidate++) {
    try {
      (await bind({ host, port: candidate })).close();
      return candidate;
    } catch {
      // Taken too: look further.
    }
  }
  return undefined;
}
