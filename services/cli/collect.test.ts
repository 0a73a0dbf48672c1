import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FlowCollector } from '../../shared/collector/collect-flows.ts';
import { type RunningHere, startNatflowHere } from '../../tests/support/natflow-here.ts';
import { bytes, IPFIX, ipfix, set, u16, V5, V9 } from '../../tests/support/wire.ts';
import { collectCommand } from './collect.ts';
import { RunError, UsageError } from './errors.ts';
import { flowTable } from './flow-table.ts';

/** The port of a running `natflow collect`. */
async function portOf(run: RunningHere): Promise<number> {
  await run.seen('stderr', /listening on .*:\d+\n/);
  return Number(/listening on .*:(\d+)\n/.exec(run.stderr())?.[1]);
}

async function send(port: number, ...datagrams: Uint8Array[]): Promise<void> {
  const socket = createSocket('udp4');
  for (const datagram of datagrams)
    await new Promise((sent) => socket.send(datagram, port, '127.0.0.1', sent));
  socket.close();
}

/** The same v5 packet with another sequence number. */
function v5Numbered(sequence: number): Buffer {
  const packet = bytes(V5);
  packet.writeUInt32BE(sequence, 16);
  return packet;
}

const COLLECT = ['collect', '--listen', '127.0.0.1:0'];

test('shows the flows of all versions as one aligned table and ends after --count', async () => {
  const run = startNatflowHere(...COLLECT, '--count', '3');
  await send(await portOf(run), bytes(V5), bytes(V9), bytes(IPFIX));
  const { code, stdout, stderr } = await run.ended;
  expect(code).toBe(0);
  const [titles, ...rows] = stdout.trimEnd().split('\n');
  expect(titles).toMatch(/^start \(UTC\) +seconds proto +source +destination +flags/);
  expect(rows).toHaveLength(3);
  for (const row of rows)
    expect(row).toMatch(
      /^2023-11-14 22:13:20\.000 +58\.000 TCP +10\.0\.1\.5:49152 -> 203\.0\.113\.5:443 +\.{6}SF +10 +840 /,
    );
  const arrows = new Set([titles, ...rows].map((line) => line?.indexOf('destination')));
  expect(new Set(rows.map((row) => row.indexOf('203.'))).size).toBe(1);
  expect([...arrows][0]).toBe(rows[0]?.indexOf('203.'));
  expect(stderr).toMatch(
    /3 flows in 3 datagrams, 0 of them faulty; 127\.0\.0\.1 v5 engine 0: 0 sequence errors/,
  );
});

test("writes JSON lines with goflow2's names", async () => {
  const run = startNatflowHere(...COLLECT, '--json', '--count', '2');
  const sets =
    set(
      2,
      '0100 0009 001b 0010 001c 0010 0001 0008 0098 0008 0099 0008 003d 0001 0059 0001 00e1 0004 0004 0001',
    ) +
    set(
      256,
      '20010db8000000000000000000000001 20010db8000000000000000000000002 ffffffffffffffff' +
        '0000018bcfe56800 0000018bcfe64a90 01 81 0a000909 06',
    );
  await send(await portOf(run), bytes(V5), ipfix(sets, { domain: 9 }));
  const { code, stdout } = await run.ended;
  expect(code).toBe(0);
  const [v5, v10] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(v5).toEqual({
    type: 'NETFLOW_V5',
    time_received_ns: expect.stringMatching(/^\d{19}$/),
    sequence_num: 7,
    sampling_rate: 0,
    sampler_address: '127.0.0.1',
    time_flow_start_ns: '1700000000000000000',
    time_flow_end_ns: '1700000058000000000',
    bytes: 840,
    packets: 10,
    src_addr: '10.0.1.5',
    dst_addr: '203.0.113.5',
    etype: 'IPv4',
    proto: 'TCP',
    src_port: 49152,
    dst_port: 443,
    in_if: 1,
    out_if: 2,
    tcp_flags: 3,
    observation_domain_id: 0,
  });
  expect(v10).toMatchObject({
    type: 'IPFIX',
    time_flow_end_ns: '1700000058000000000',
    bytes: '18446744073709551615',
    src_addr: '2001:db8::1',
    etype: 'IPv6',
    observation_domain_id: 9,
    flow_direction: 1,
    forwarding_status: 129,
    post_nat_src_addr: '10.0.9.9',
  });
});

test('reports gaps, unknown templates and broken datagrams at once, and sums them up at the end', async () => {
  const run = startNatflowHere(...COLLECT, '--idle', '30');
  const port = await portOf(run);
  await send(port, v5Numbered(7), v5Numbered(9), ipfix(set(300, '00')), bytes('0006'));
  await run.seen('stderr', /version 6/);
  expect(run.stderr()).toContain('127.0.0.1 v5 engine 0: sequence number 9, expected 8 flows\n');
  expect(run.stderr()).toContain(
    '127.0.0.1 IPFIX domain 1: data of template 300, which has not come',
  );
  process.emit('SIGTERM', 'SIGTERM');
  const { code, stderr } = await run.ended;
  expect(code).toBe(143);
  expect(stderr).toMatch(
    /2 flows in 4 datagrams, 1 of them faulty; 127\.0\.0\.1 v5 engine 0: 1 sequence errors, 0 unknown templates; 127\.0\.0\.1 IPFIX domain 1: 0 sequence errors, 1 unknown templates\n$/,
  );
});

test('says which samplers are unknown, in a word each time and as a count at the end', async () => {
  const run = startNatflowHere(...COLLECT, '--json', '--count', '2');
  const flows = set(2, '0100 0002 0004 0001 012e 0001') + set(256, '0607 0608');
  await send(await portOf(run), ipfix(flows));
  const { code, stdout, stderr } = await run.ended;
  expect(code).toBe(0);
  const rates = stdout.split('\n', 2).map((line) => JSON.parse(line).sampling_rate);
  expect(rates).toEqual([null, null]);
  expect(stderr).toContain('IPFIX domain 1: a flow of sampler 7, whose rate has not come yet\n');
  expect(stderr).toMatch(/0 unknown templates, 2 flows of unknown sampling\n$/);
});

test('reports a flood of faults in a few lines and a count', async () => {
  const run = startNatflowHere(...COLLECT, '--count', '1');
  const port = await portOf(run);
  await send(port, ...Array<Buffer>(50).fill(bytes('0006')), bytes(V5));
  const { code, stderr } = await run.ended;
  expect(code).toBe(0);
  const told = stderr.match(/version 6/g)?.length ?? 0;
  expect(told).toBeLessThan(50);
  const withheld = [...stderr.matchAll(/(\d+) more \(faulty\)/g)].map(([, n]) => Number(n));
  expect(withheld.reduce((a, b) => a + b, told)).toBe(50);
});

test('shows at most --count flows, even if the last datagram has more', async () => {
  const run = startNatflowHere(...COLLECT, '--json', '--count', '2');
  const three = ipfix(set(2, '0100 0001 0004 0001') + set(256, '060611'));
  await send(await portOf(run), three);
  const { code, stdout, stderr } = await run.ended;
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  expect(stderr).toContain('2 flows in 1 datagrams');
});

test('ends after --idle seconds, even without any datagram', async () => {
  const run = startNatflowHere(...COLLECT, '--idle', '0.1');
  const { code, stdout, stderr } = await run.ended;
  expect(code).toBe(0);
  expect(stderr).toContain('0 flows in 0 datagrams');
  expect(stdout).toBe('');
});

test('listens on IPv6 addresses in brackets', async () => {
  const run = startNatflowHere('collect', '--listen', '[::1]:0', '--idle', '0.1');
  const { stderr } = await run.ended;
  expect(stderr).toMatch(/listening on \[::1\]:\d+\n/);
});

const parse = (...args: string[]) => collectCommand().parseAsync(args, { from: 'user' });

test('reports a port in use in one sentence that names the next free one', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const failure = parse('--listen', `127.0.0.1:${port}`);
  await expect(failure).rejects.toThrow(RunError);
  await expect(failure).rejects.toThrow(
    /^cannot listen on 127\.0\.0\.1:\d+: the port is in use, (\d+) is free \(--listen 127\.0\.0\.1:\1\)$/,
  );
  socket.close();
});

test('reports an address of another machine in one sentence', async () => {
  await expect(parse('--listen', '192.0.2.1:2055')).rejects.toThrow(
    /^cannot listen on 192\.0\.2\.1:2055: /,
  );
});

test.each([
  ['--listen', '2055'],
  ['--listen', '::1:2055'],
  ['--listen', '127.0.0.1:65536'],
  ['--listen', ':2055'],
  ['--idle', '0'],
  ['--idle', 'soon'],
  ['--idle', '1e9'],
  ['--count', '0'],
  ['--count', '1.5'],
])('%s %s is a wrong usage that names the option and the value', async (option, value) => {
  const failure = parse(option, value);
  await expect(failure).rejects.toThrow(UsageError);
  await expect(failure).rejects.toThrow(new RegExp(`^${option} .* not "${value}"$`));
});

test('a flow with elements of any values becomes one line', () => {
  const field = fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 20 }));
  const fields = fc.array(field, { minLength: 1, maxLength: 20, size: 'max' });
  const data = fc.uint8Array({ minLength: 400, maxLength: 400 });
  fc.assert(
    fc.property(fields, data, (described, octets) => {
      const template = described.map(([id, length]) => u16(id) + u16(length)).join('');
      const sets =
        set(2, `0100${u16(described.length)}${template}`) +
        set(256, Buffer.from(octets).toString('hex'));
      const { flows } = new FlowCollector().take(ipfix(sets), '192.0.2.1', 0);
      expect(flows.length).toBeGreaterThan(0);
      expect(flowTable()(flows).split('\n')).toHaveLength(flows.length + 2);
      expect(JSON.parse(JSON.stringify(flows))).toEqual(flows);
    }),
    { numRuns: 300 },
  );
});
