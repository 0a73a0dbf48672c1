import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../../infra/build.ts';
import { ROOT } from '../../infra/root.ts';
import { STATE_TABLE, startDynamoDb } from '../../services/local-aws/dynamodb.ts';
import { LambdaFunction } from '../../services/local-aws/lambda/function.ts';
import { listen } from '../../shared/transport/listen.ts';
import { delivery, recordedLines, wrapped } from '../support/deliveries.ts';

/**
 * What the forwarder costs for a million lines, by a model: its bundle takes full deliveries one after the other, as a
 * warm environment that is alone, and what it does is counted: processor time, bytes of its log, calls of the table.
 * The waits of the pace and the prices are arithmetic, so that a busy machine does not change them. The defaults are
 * the template's; those of 5dcf359 were --memory 1024 --mib 1 --rate 100000 --reads 0.
 *   node tests/bench/cost.ts [--bundle FOLDER] [--memory MB] [--mib SIZE OF A DELIVERY] [--rate FLOWS A SECOND]
 *     [--reads ITEMS OF THE TABLE] [--cpu MICROSECONDS A LINE, as on a quiet machine]
 */
const { values: options } = parseArgs({
  options: {
    bundle: { type: 'string', default: join(ROOT, 'dist/forwarder') },
    memory: { type: 'string', default: '512' },
    mib: { type: 'string', default: '3' },
    rate: { type: 'string', default: '20000' },
    cpu: { type: 'string' },
    reads: { type: 'string', default: '1' },
  },
});
const [memory, mib, rate, reads] = [options.memory, options.mib, options.rate, options.reads].map(
  Number,
) as [number, number, number, number];

const WARM = 8;
const MEASURED = 25;
/** A burst goes out without waiting. */
const BURST_FLOWS = 900;
/** arm64 in us-east-1. One processor is had with this much memory, and a part of one with a part of it. */
const PRICE = {
  gbSecond: 0.0000133334,
  request: 0.2e-6,
  logByte: 0.5e-9,
  write: 0.625e-6,
  /** Half a read unit: up to 4 KB, eventually consistent. */
  read: 0.0625e-6,
};
const FULL_PROCESSOR_MB = 1769;
const TABLE_CALL_S = 0.005;
/** Lambda's own lines of an invocation, and what CloudWatch adds to each line. */
const RUNTIME_LOG_BYTES = 300;
const LINE_BYTES = 26;
const TICKS_A_SECOND = 100;

interface Measured {
  readonly lines: number;
  readonly flows: number;
  readonly cpuSeconds: number;
  readonly logBytes: number;
  readonly peakMb: number;
}

/** Processor time in seconds and peak memory in MB of the environment, a child of this process. */
function environment(): { readonly cpu: number; readonly peakMb: number } {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
  const pid = children
    .split(' ')
    .find((each) => each && readFileSync(`/proc/${each}/cmdline`, 'utf8').includes('runtime.js'));
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const peak = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    cpu: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND,
    peakMb: Number(peak) / 1000,
  };
}

/** As many lines as fit a delivery of this size. */
function fullDelivery(): string[] {
  const records = recordedLines(20_000).map(wrapped);
  const average = records.reduce((sum, record) => sum + record.length, 0) / records.length;
  return records.slice(0, Math.floor((mib * 2 ** 20) / average));
}

async function measure(): Promise<Measured> {
  const table = await startDynamoDb();
  const collector = await listen({ host: '127.0.0.1', port: 0 }, { onDatagram() {}, onError() {} });
  const lambda = new LambdaFunction({
    bundle: options.bundle,
    timeoutMs: 60_000,
    env: {
      NATFLOW_COLLECTORS: `127.0.0.1:${collector.address.port}`,
      NATFLOW_TABLE: STATE_TABLE,
      NATFLOW_RATE: 'max',
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
      NODE_OPTIONS: `--max-old-space-size=${Math.round(memory * 0.9)}`,
    },
  });
  const records = fullDelivery();
  try {
    for (let i = 0; i < WARM; i++) await lambda.call(delivery(...records));
    const before = environment();
    const linesBefore = lambda.logs.length;
    for (let i = 0; i < MEASURED; i++) await lambda.call(delivery(...records));
    const after = environment();
    const log = lambda.logs.slice(linesBefore);
    return {
      lines: records.length,
      flows: lambda.metrics.at(-1)?.values['FlowsExported'] ?? 0,
      cpuSeconds: (after.cpu - before.cpu) / MEASURED,
      logBytes:
        RUNTIME_LOG_BYTES +
        log.reduce((sum, line) => sum + Buffer.byteLength(line) + LINE_BYTES, 0) / MEASURED,
      peakMb: after.peakMb,
    };
  } finally {
    await lambda.close();
    await collector.close();
    table.stop();
  }
}

if (options.bundle === join(ROOT, 'dist/forwarder')) await build(['forwarder']);
const { lines, flows, cpuSeconds, logBytes, peakMb } = await measure();
const paced = Math.max(0, flows - BURST_FLOWS) / rate;
const cpu = options.cpu === undefined ? cpuSeconds : Number(options.cpu) * 1e-6 * lines;
const billed = cpu * Math.max(1, FULL_PROCESSOR_MB / memory) + TABLE_CALL_S + paced;
const deliveries = 1e6 / lines;
const costs = {
  compute: deliveries * billed * (memory / 1024) * PRICE.gbSecond,
  requests: deliveries * PRICE.request,
  log: deliveries * logBytes * PRICE.logByte,
  table: deliveries * (PRICE.write + reads * PRICE.read),
};
const total = Object.values(costs).reduce((sum, each) => sum + each, 0);
const report = {
  memory,
  mib,
  rate,
  lines,
  flows,
  cpuMicrosecondsALine: (cpuSeconds / lines) * 1e6,
  billedMs: billed * 1000,
  logBytes,
  peakMb,
  dollarsAMillionLines: { ...costs, total },
};
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
