import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { synth } from './programs.ts';

/** A custom LogFormat: fields in another order than natflow's, and more of them. */
const CUSTOM_FORMAT =
  `account-id region az-id vpc-id subnet-id instance-id interface-id flow-direction action
  log-status type protocol tcp-flags pkt-srcaddr srcaddr srcport pkt-dstaddr dstaddr dstport bytes
  packets end start traffic-path sublocation-type sublocation-id pkt-src-aws-service
  pkt-dst-aws-service reject-reason encryption-status resource-id version`.split(/\s+/);

const EXTRA_VALUES: Readonly<Record<string, string>> = {
  region: 'us-east-1',
  'instance-id': 'i-0123456789abcdef0',
  'encryption-status': '0',
};

/** Writes this many synthetic flows as text: a header line, flows, and some NODATA lines. */
export async function writeText(path: string, flows: number): Promise<void> {
  const [program = '', ...args] = synth(flows);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await pipeline(child.stdout, createWriteStream(path));
}

/** Compresses the file at `text` with gzip, as AWS does. */
export async function writeGzip(path: string, text: string): Promise<void> {
  await pipeline(createReadStream(text), createGzip(), createWriteStream(path));
}

/** Writes the gzip file at `gzip` `times` times in a row. The result is a gzip file of several members. */
export async function writeMembers(path: string, gzip: string, times: number): Promise<void> {
  const member = readFileSync(gzip);
  await pipeline(
    Array.from({ length: times }, () => member),
    createWriteStream(path),
  );
}

/** Writes the lines of the file at `text` in a custom format. */
export function writeCustom(path: string, text: string): void {
  const [header = '', ...lines] = readFileSync(text, 'utf8').trimEnd().split('\n');
  const names = header.split(' ');
  const columns = CUSTOM_FORMAT.map((name) => names.indexOf(name));
  const custom = lines.map((line) => {
    const values = line.split(' ');
    return CUSTOM_FORMAT.map((name, i) => values[columns[i] ?? -1] ?? EXTRA_VALUES[name] ?? '-');
  });
  const rows = [CUSTOM_FORMAT, ...custom].map((values) => `${values.join(' ')}\n`);
  writeFileSync(path, rows.join(''));
}
