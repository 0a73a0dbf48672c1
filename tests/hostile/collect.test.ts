import { createSocket } from 'node:dgram';
import { expect, jest, test } from '@jest/globals';
import { freePort } from '../support/free-port.ts';
import { dangersIn, HOSTILE } from '../support/hostile-text.ts';
import { PATIENCE_MS, startNatflow } from '../support/run-natflow.ts';
import { ipfix, set, u16 } from '../support/wire.ts';

jest.setTimeout(PATIENCE_MS);

const NAME = Buffer.from(HOSTILE);
/** A string of variable length: RFC 7011 section 7. */
const STRING = `ff${u16(NAME.length)}${NAME.toString('hex')}`;
const OPTIONS = set(3, `0101 0003 0001 000a 0004 0052 ffff 0053 ffff`);
const INTERFACE = set(257, `00000001 ${STRING} ${STRING}`);
/** A source address that is as long as the text, a user's name, and an element of another enterprise. */
const TEMPLATE = set(
  2,
  `0100 0004 0008 ${u16(NAME.length)} 0173 ffff 8001 ffff 00001234 0001 0004`,
);
const FLOW = set(256, `${NAME.toString('hex')} ${STRING} ${STRING} 00000009`);
const DATAGRAM = ipfix(`${OPTIONS}${INTERFACE}${TEMPLATE}${FLOW}`);

test.each([[], ['--json']])(
  'interface names, strings and addresses of a hostile exporter %j',
  async (...options) => {
    const port = await freePort();
    const { ended } = startNatflow(
      ...['collect', '--listen', `127.0.0.1:${port}`, '--count', '2', ...options],
    );
    const socket = createSocket('udp4');
    // Sent after the command listens. The second datagram has a wrong sequence number.
    const timer = setInterval(() => socket.send(DATAGRAM, port, '127.0.0.1', () => {}), 50);
    const { code, stdout, stderr } = await ended;
    clearInterval(timer);
    socket.close();
    expect(code).toBe(0);
    expect(stdout).toContain(NAME.toString('hex').slice(0, 20));
    expect(stderr).toContain('sequence number 0, expected');
    expect(dangersIn(stdout)).toEqual([]);
    expect(dangersIn(stderr)).toEqual([]);
  },
);
