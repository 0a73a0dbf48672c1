import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { decompress } from '../../../shared/flowlog/decompress.ts';
import { unwrapFailed } from '../../../shared/flowlog/envelope/envelope.ts';
import { byForm } from '../../../shared/flowlog/form.ts';
import { damagedText, text, validLine } from '../flow-log-text.ts';
import { cut, mutateBytes } from '../mutate.ts';
import type { Random } from '../random.ts';
import type { Target } from '../target.ts';

const JUNK = [
  ...[
    'garbage\n',
    '{',
    '{"rawData":1}\n',
    '{"rawData":"!!"}\n',
    '{"a":{"rawData":"x"}}',
    '\n\n',
    '[',
  ],
  `{"rawData":"${'A'.repeat(300)}`,
];

/** Files and objects, including gzip and failed records: the text does not depend on the pieces. */
export const files: Target = {
  name: 'files',
  generate: (random) => {
    const bytes = random.chance(0.4) ? damagedText(random, 200) : failedRecords(random, 2);
    return random.chance(0.6) ? zipped(random, bytes) : bytes;
  },
  check: async (input, random) => {
    const whole = await read(cut(random, input, 0));
    for (const cuts of [1, 6]) {
      const parts = await read(cut(random, input, cuts));
      // The text before damage in gzip depends on the pieces.
      if (whole.error === '' && parts.error === '') assert.equal(parts.text, whole.text);
      assert.equal(parts.error === '', whole.error === '');
      const [short, long] = [parts.text, whole.text].sort((a, b) => a.length - b.length);
      assert.ok(long?.startsWith(short ?? ''), 'neither text begins with the other');
    }
  },
};

async function read(pieces: readonly Uint8Array[]) {
  async function* input() {
    yield* pieces;
  }
  const parts: Buffer[] = [];
  let error = '';
  try {
    const text = byForm(decompress(input()), unwrapFailed);
    for await (const piece of text) parts.push(Buffer.from(piece));
  } catch (failure) {
    error = (failure as Error).message;
    assert.match(error, /^(damaged gzip \(.+\)|a Parquet file; .*)$/);
  }
  return { text: Buffer.concat(parts).toString('latin1'), error };
}

/** Firehose's objects below `processing-failed`. A record may contain such objects again. */
function failedRecords(random: Random, depth: number): Buffer {
  const objects = random.list(1, depth === 2 ? 40 : 4, () => {
    const junk = random.chance(0.05) ? random.pick(JUNK) : '';
    return failedRecord(random, depth) + random.pick(['\n', '\n', '\r\n', '']) + junk;
  });
  const bytes = Buffer.from(objects.join(''));
  return random.chance(0.3) ? mutateBytes(random, bytes) : bytes;
}

function failedRecord(random: Random, depth: number): string {
  const isNested = depth > 0 && random.chance(0.1);
  const record = isNested ? failedRecords(random, depth - 1) : Buffer.from(text(random, 3));
  const rawData = (random.chance(0.2) ? zipped(random, record) : record).toString('base64');
  const errorMessage = random.chance(0.3) ? 'x{"\\"}\n' : 'e';
  const older = { attemptsMade: 4, errorCode: 'Lambda.FunctionError', errorMessage, rawData };
  if (random.chance(0.02)) return `${validLine(random)}\n`;
  return JSON.stringify(random.chance(0.5) ? older : { rawData, lambdaARN: 'arn' });
}

/** Gzip of one or two members, sometimes in gzip again or damaged. */
function zipped(random: Random, bytes: Buffer): Buffer {
  const half = random.chance(0.3) ? bytes.length >> 1 : bytes.length;
  const members = [bytes.subarray(0, half), bytes.subarray(half)].filter(
    ({ length }) => length > 0,
  );
  const level = random.below(10);
  let gzip: Buffer = Buffer.concat(members.map((member) => gzipSync(member, { level })));
  if (random.chance(0.1)) gzip = gzipSync(gzip);
  if (random.chance(0.3)) gzip = mutateBytes(random, gzip);
  return random.chance(0.05) ? Buffer.concat([gzip, Buffer.from('trailing')]) : gzip;
}
