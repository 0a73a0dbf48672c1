import { workerData } from 'node:worker_threads';
import { packetsIn } from '../../shared/export/packet-blocks.ts';
import { UdpTransport } from '../../shared/transport/udp.ts';
import type { SendingWork, ThreadData } from './replay-apart.ts';
import { serve } from './thread-work.ts';

/** Sends the packets that the other thread hands over, in their order, until it asks for the errors. */
export async function sendApart(): Promise<void> {
  const { collectors }: ThreadData = workerData;
  const transport = await UdpTransport.open(collectors);
  const work: SendingWork = {
    async take(block, filled) {
      await transport.send(packetsIn(block, filled));
    },
    async answer() {
      await transport.close();
      return transport.errors;
    },
  };
  serve(work);
}
