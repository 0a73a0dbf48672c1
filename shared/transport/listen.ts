import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

/** Where a collector listens; port 0 takes any free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** A bound socket. After `close` resolves, no datagram is delivered. */
export interface Listener {
  readonly address: ListenAddress;
  /** Refuses datagrams from now on as a closed port would, but keeps the port bound. */
  refuse(): Promise<void>;
  close(): Promise<void>;
}

/** Callbacks: each datagram with its sender's address, and an error that closed the socket. */
export interface ListenHandlers {
  onDatagram(bytes: Uint8Array, sender: string): void;
  onError(error: Error): void;
}

/** Requested receive buffer in bytes. The kernel limits it to net.core.rmem_max. */
const RECEIVE_BUFFER_OCTETS = 4 * 1024 * 1024;
const PORTS_TO_TRY = 100;
/** The discard port, RFC 863: no exporter sends from it. */
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
    // The default buffer also works, but overflows sooner.
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
    // A connected socket accepts datagrams only from its peer; other senders get "port unreachable".
    refuse: () => new Promise((refusing) => socket.connect(DISCARD_PORT, address, refusing)),
    close: () => new Promise((closed) => socket.close(() => closed())),
  };
}

/** The first free port after `port`; undefined when the next ones are all in use. */
export async function nextFreePort({ host, port }: ListenAddress): Promise<number | undefined> {
  for (let candidate = port + 1; candidate <= Math.min(port + PORTS_TO_TRY, 65_535); candidate++) {
    try {
      (await bind({ host, port: candidate })).close();
      return candidate;
    } catch {
      // In use as well.
    }
  }
  return undefined;
}
