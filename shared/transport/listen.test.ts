import { expect, test } from '@jest/globals';
import { listen } from './listen.ts';
import { UdpTransport } from './udp.ts';

test('a listener that refuses is unreachable but keeps its port', async () => {
  const received: number[] = [];
  const listener = await listen(
    { host: '127.0.0.1', port: 0 },
    {
      onDatagram: (bytes) => received.push(bytes.length),
      onError: (error) => {
        throw error;
      },
    },
  );
  try {
    await listener.refuse();
    const transport = await UdpTransport.open([listener.address]);
    await transport.send([{ bytes: new Uint8Array(10), records: 1 }]);
    await transport.close();
    expect(transport.errors).toMatchObject([
      { message: expect.stringContaining('connection refused') },
    ]);
    const handlers = { onDatagram() {}, onError() {} };
    await expect(listen(listener.address, handlers)).rejects.toThrow('EADDRINUSE');
  } finally {
    await listener.close();
  }
  expect(received).toEqual([]);
});
