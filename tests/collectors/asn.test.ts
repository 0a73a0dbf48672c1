import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ASN_FIXTURES, asnRowOf, asnRows } from '../support/asn-table.ts';
import type { Version } from './flow.ts';
import { replay } from './natflow.ts';
import { startNfacctd } from './nfacctd.ts';
import { startNfcapd } from './nfcapd.ts';
import { startTshark } from './tshark.ts';

/** A flow's port, by which it is known, and its two AS numbers. */
type Seen = readonly [port: number, source: number, destination: number];

const FIRST_PORT = 20_000;
const PEERS = [
  ...['203.0.113.5', '203.0.113.200', '198.51.100.70', '198.51.101.1', '192.0.2.40'],
  ...['8.8.8.8', '52.216.4.4', '10.0.0.8'],
];
const CLIENTS = ['10.0.0.9', '192.0.2.3', '198.51.100.1'];

const flows = PEERS.flatMap((peer) => CLIENTS.map((client) => ({ client, peer }))).map(
  (flow, index) => ({ ...flow, port: FIRST_PORT + index }),
);

function writeLog(path: string): void {
  const lines = flows.map(
    ({ client, peer, port }) => `${client} ${peer} ${port} 443 6 10 1000 1795342320 1795342350`,
  );
  writeFileSync(
    path,
    `srcaddr dstaddr srcport dstport protocol packets bytes start end\n${lines.join('\n')}\n`,
  );
}

/** By the table; v5 has 23456 in place of a number above 65535 (RFC 6793). */
function expected(version: Version): Seen[] {
  const rows = asnRows();
  const of = (address: string) => {
    const asn = address.startsWith('10.') ? 0 : (asnRowOf(address, rows)?.asn ?? 0);
    return version === 5 && asn > 65_535 ? 23_456 : asn;
  };
  return flows.map(({ client, peer, port }) => [port, of(client), of(peer)]);
}

function sorted(all: readonly Seen[]): Seen[] {
  return all.filter(([port]) => port >= FIRST_PORT).sort(([a], [b]) => a - b);
}

function numbers(lines: string, separator: string): Seen[] {
  return lines.split('\n').map((line) => {
    const [port = 0, source = 0, destination = 0] = line.split(separator).map(Number);
    return [port, source, destination];
  });
}

function seenByNfdump(folder: string): Seen[] {
  const args = ['-R', join(folder, 'nfcapd'), '-q', '-N', '-o', 'fmt:%sp,%sas,%das'];
  return sorted(numbers(execFileSync('nfdump', args, { encoding: 'utf8' }), ','));
}

function seenByNfacctd(folder: string): Seen[] {
  const [header = '', ...lines] = readFileSync(join(folder, 'nfacctd.csv'), 'utf8').split('\n');
  const columns = header.split(',');
  const at = ['SRC_PORT', 'SRC_AS', 'DST_AS'].map((name) => columns.indexOf(name));
  const rows = lines.map((line) => at.map((column) => line.split(',')[column]).join());
  return sorted(numbers(rows.join('\n'), ','));
}

function seenByTshark(folder: string, port: number): Seen[] {
  const fields = ['srcport', 'srcas', 'dstas'].flatMap((name) => ['-e', `cflow.${name}`]);
  const args = ['-n', '-r', join(folder, 'tshark.pcap'), '-d', `udp.port==${port},cflow`];
  const text = execFileSync('tshark', [...args, '-T', 'fields', ...fields], { encoding: 'utf8' });
  const datagrams = text.trimEnd().split('\n');
  return sorted(
    datagrams.flatMap((line) => {
      const [ports = [], from = [], to = []] = line.split('\t').map((cell) => cell.split(','));
      return ports.map((each, at): Seen => [Number(each), Number(from[at]), Number(to[at])]);
    }),
  );
}

test.each([5, 9, 10] as const)(
  'nfdump, nfacctd and tshark read the AS numbers of version %i as they were sent',
  async (version) => {
    const folder = mkdtempSync(join(tmpdir(), 'natflow-asn-'));
    const log = join(folder, 'flows.log');
    writeLog(log);
    const collectors = await Promise.all([
      startNfcapd(folder),
      startNfacctd(folder, ',src_as,dst_as'),
      startTshark(folder),
    ]);
    try {
      await replay(log, version, collectors, undefined, ['--asn', join(ASN_FIXTURES, 'asn.mmdb')]);
      const trouble = await Promise.all(collectors.map((each) => each.stop(() => undefined)));
      expect(trouble).toEqual(
        collectors.map(() => ({ drops: 0, sequenceFailures: 0, complaints: [] })),
      );
      const [, , { port }] = collectors;
      expect({
        nfdump: seenByNfdump(folder),
        nfacctd: seenByNfacctd(folder),
        tshark: seenByTshark(folder, port),
      }).toEqual({
        nfdump: expected(version),
        nfacctd: expected(version),
        tshark: expected(version),
      });
    } finally {
      await Promise.all(collectors.map((each) => each.kill()));
      rmSync(folder, { recursive: true });
    }
  },
  100_000,
);
