import assert from 'node:assert/strict';
import { describeLine } from '../../../shared/flowlog/describe.ts';
import { unpackLines } from '../../../shared/flowlog/envelope/envelope.ts';
import { FlowLogParser } from '../../../shared/flowlog/parser.ts';
import type { Outcome } from '../../../shared/flowlog/source.ts';
import type { TextFlow } from '../../../shared/flowlog/text-flow.ts';
import { damagedText } from '../flow-log-text.ts';
import { cut, everyByte } from '../mutate.ts';
import type { Target } from '../target.ts';

const LIMIT = 32 * 2 ** 20;
const NEWLINE = 10;
const CUTS = [1, 7];

/** Text in pieces: the outcomes do not depend on the pieces. */
export const parser: Target = {
  name: 'parser',
  generate: (random) => damagedText(random, 30),
  check: (input, random) => {
    const whole = read(cut(random, input, 0));
    for (const cuts of CUTS) assert.deepEqual(read(cut(random, input, cuts)), whole);
    if (random.chance(0.02) && input.length < 10_000) {
      assert.deepEqual(read(everyByte(input)), whole);
    }
    checkUnpacked(Buffer.from(input));
  },
};

function read(pieces: readonly Uint8Array[]) {
  const seen: string[] = [];
  const note = (outcome: Outcome, values: string) => {
    const { number, text, format } = parser.line;
    seen.push(`${number} ${outcome} ${text.slice(0, 100)} ${values}`);
    const { reason } = describeLine(text, format);
    assert.equal(reason !== undefined, outcome === 'malformed', `${outcome}: ${reason}`);
  };
  const parser: FlowLogParser = new FlowLogParser({
    onFlow: (flow) => {
      const { interfaceAt: _, ...values } = flow as TextFlow;
      note('flow', parser.interfaceName + JSON.stringify(values));
    },
    onOther: (outcome) => note(outcome, ''),
  });
  for (const piece of pieces) parser.write(piece);
  parser.end();
  const lines = Object.values(parser.counts).reduce((sum, count) => sum + count, 0);
  assert.equal(lines, seen.length);
  return { seen, counts: parser.counts };
}

/** The text of a delivery: whole lines, no JSON objects. */
function checkUnpacked(record: Buffer): void {
  const lines = unpackLines(record, LIMIT);
  if (lines === undefined || lines.length === 0) return;
  assert.equal(lines.at(-1), NEWLINE);
  assert.ok(!lines.includes('\n{') && lines[0] !== 123, 'an object is left');
}
