import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startS3 } from '../support/s3.ts';
import { writeGzip, writeMembers, writeText } from './data.ts';
import { type CommandLine, intoSink, run } from './run.ts';

const PEAK = fileURLToPath(new URL('peak.js', import.meta.url));
const REPLAYER = fileURLToPath(new URL('../../dist/replayer/handler.mjs', import.meta.url));
const MILLION = 1_000_000;

/** The peak memory of the replayer's bundle for one object, and of an idle runtime. */
export interface ReplayerMemory {
  readonly bareMb: number;
  readonly peakMb: number;
  readonly seconds: number;
  readonly flows: number;
}

function script(source: string): CommandLine {
  return [process.execPath, '--import', PEAK, '--input-type=module', '-e', source];
}

/** Standard output has only the line of JSON that `run` reads. */
function invoking(event: object): string {
  const context = `{ getRemainingTimeInMillis: () => 900000, awsRequestId: 'bench' }`;
  return `
    const write = process.stdout.write.bind(process.stdout);
    let logged = '';
    process.stdout.write = (text) => { logged += text; return true; };
    const { handler } = await import(${JSON.stringify(REPLAYER)});
    const answer = await handler(${JSON.stringify(event)}, ${context});
    const flows = Number(/"FlowsReplayed":(\\d+)/.exec(logged)?.[1]);
    write(JSON.stringify({ answer, flows }));`;
}

/** Runs the replayer on one gzip object of this many million flows in a local S3. */
export async function replayerMemory(
  folder: string,
  sink: CommandLine,
  millions: number,
): Promise<ReplayerMemory> {
  const [text, gzip, object] = ['flows', 'flows.gz', 'object.gz'].map((name) => join(folder, name));
  if (!text || !gzip || !object) throw new Error('no names');
  await writeText(text, MILLION);
  await writeGzip(gzip, text);
  await writeMembers(object, gzip, millions);
  const s3 = await startS3();
  s3.put('archive/object.gz', () => createReadStream(object));
  const event = {
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: 'archive' }, object: { key: 'object.gz' } },
  };
  try {
    const { done } = await intoSink(sink, async (port) => {
      Object.assign(process.env, {
        AWS_ENDPOINT_URL: s3.endpoint,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        NATFLOW_COLLECTORS: `127.0.0.1:${port}`,
        NATFLOW_LEGS: 'all',
        NATFLOW_RATE: 'max',
      });
      return await run(script(invoking(event)));
    });
    const bare = await run(script(`process.stdout.write('{}')`));
    return {
      bareMb: (bare.peakKb ?? 0) / 1024,
      peakMb: (done.peakKb ?? 0) / 1024,
      seconds: done.processSeconds,
      flows: Number(done.said['flows']),
    };
  } finally {
    s3.stop();
  }
}
