import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { LambdaFunction } from '../../services/local-aws/lambda/function.ts';
import { openCollector } from './loopback-collector.ts';
import { natflow, startNatflow } from './run-natflow.ts';
import { startS3 } from './s3.ts';

type Json = Record<string, unknown>;

/** An input, a command in words, and what is right: any of `oneOf`, where a row has it. */
export interface Row {
  readonly file: string;
  readonly command: string;
  readonly expected: Json;
  readonly why: string;
}

/** Runs the command of a row on its files, which are in this folder, and compares. */
export async function expectRow(row: Row, folder: string): Promise<void> {
  const seen = await observe(row, folder);
  const { oneOf, ...all } = row.expected;
  expect(seen).toMatchObject(all);
  if (Array.isArray(oneOf)) {
    expect({ seen, isOneOf: oneOf.some((one) => isSeen(one, seen)) }).toMatchObject({
      isOneOf: true,
    });
  }
}

function isSeen({ metric, value, ...rest }: Json, seen: Json): boolean {
  if (metric !== undefined) return (seen['metrics'] as Json)[String(metric)] === value;
  return Object.entries(rest).every(([name, expected]) => seen[name] === expected);
}

function observe(row: Row, folder: string): Promise<Json> {
  if (row.command.startsWith('npx natflow report ')) return report(row, folder);
  if (row.command.startsWith('npx natflow replay ')) return replay(row, folder);
  if (row.command.startsWith('natflow collect ')) return collect(row, folder);
  if (row.command.startsWith('the built replayer')) return replayer(row, folder);
  throw new Error(`nothing runs "${row.command}"`);
}

/** The arguments of a command line as a shell would split it, files by their full path. */
function argumentsOf({ command }: Row, folder: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)]
    .map(([, quoted, plain]) => quoted ?? plain ?? '')
    .slice(2)
    .map((word) => (existsSync(join(folder, word)) ? join(folder, word) : word));
}

async function replay(row: Row, folder: string): Promise<Json> {
  const { code, stdout } = await natflow(...argumentsOf(row, folder));
  return { ...JSON.parse(stdout), rc: code };
}

interface Report {
  readonly gateway: { readonly proven: readonly { readonly bytes: number }[]; notes: string[] };
  readonly cost: { readonly total: number | null };
}

async function report(row: Row, folder: string): Promise<Json> {
  const { code, stdout } = await natflow(...argumentsOf(row, folder));
  const { gateway, cost } = JSON.parse(stdout) as Report;
  const proven = gateway.proven.reduce((sum, { bytes }) => sum + bytes, 0);
  // Where nothing tells the legs apart, the alternative to the right sum is to price nothing and to say so.
  if (row.why.includes('no NAT cost can be said') && cost.total === null) {
    expect(gateway.notes.join()).toContain('are not proven');
    return { ...row.expected, rc: code };
  }
  return { forwardedBytes: String(proven), rc: code };
}

/** The flows that `natflow collect` prints of a file, which is one datagram. */
async function collect({ file, command }: Row, folder: string): Promise<Json> {
  const [shell = ''] = command.replace(':PORT', ':0').split(';');
  const { child, ended } = startNatflow(...shell.split(' ').slice(1));
  child.stdin?.end();
  let told = '';
  while (!/listening on .*:\d+\n/.test(told))
    told += (await once(child.stderr ?? child, 'data'))[0];
  const socket = createSocket('udp4');
  const port = Number(/:(\d+)\n/.exec(told)?.[1]);
  await new Promise((sent) =>
    socket.send(readFileSync(join(folder, file)), port, '127.0.0.1', sent),
  );
  socket.close();
  const { code, stdout } = await ended;
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { flows: lines.length, list: lines.map((line) => JSON.parse(line)), rc: code };
}

async function replayer({ file, command }: Row, folder: string): Promise<Json> {
  const settings = [...command.matchAll(/,([A-Z_]+)=([^,]+)/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  const [s3, collector] = await Promise.all([startS3(), openCollector()]);
  const lambda = new LambdaFunction({
    bundle: join(import.meta.dirname, '../../dist/replayer'),
    env: {
      AWS_ENDPOINT_URL: s3.endpoint,
      NATFLOW_COLLECTORS: collector.target,
      ...Object.fromEntries(settings),
    },
  });
  try {
    s3.put(`archive/${file}`, readFileSync(join(folder, file)));
    const object = { bucket: { name: 'archive' }, object: { key: file } };
    await lambda.call({
      Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: object }],
    });
    const metrics = Object.assign({}, ...lambda.metrics.map(({ values }) => values));
    const datagrams = await collector.received(metrics.DatagramsSent);
    const objectStillThere = s3.objects.has(`archive/${file}`);
    return { datagramsAtCollector: datagrams.length, objectStillThere, metrics };
  } finally {
    s3.stop();
    await Promise.all([lambda.close(), collector.close()]);
  }
}
