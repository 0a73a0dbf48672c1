import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ROOT } from '../../infra/root.ts';
import { cardsOf } from '../../shared/notification/cards/cards.ts';
import { anyMessage } from '../notification/any-message.ts';
import { MESSAGES, SENDER } from '../notification/samples.ts';

const SCANNERS = join(process.env['NATFLOW_SCANNERS'] ?? join(ROOT, '.venv-scan'), 'bin');

/** What Slack's SDK finds in each message. */
async function faultsOf(messages: readonly object[]): Promise<string[][]> {
  const child = execFile(join(SCANNERS, 'python'), ['tests/scan/cards.py'], {
    cwd: ROOT,
    maxBuffer: 1 << 26,
  });
  child.stdin?.end(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  const [out, errors] = await Promise.all(
    [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : '')),
  );
  if (errors) throw new Error(errors);
  return (out ?? '')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test("Slack's SDK reads the samples of all cards, and cards of any text, as they are", async () => {
  const messages = [...MESSAGES, ...fc.sample(anyMessage, 200)];
  const faults = await faultsOf(messages.map((message) => cardsOf(message, SENDER).slack));
  expect(faults).toHaveLength(messages.length);
  expect(faults.flat()).toEqual([]);
});

test("Slack's SDK finds a text that is too long", async () => {
  const text = { type: 'plain_text', text: 'x'.repeat(3001), emoji: false };
  expect(await faultsOf([{ blocks: [{ type: 'section', text }] }])).toEqual([
    [expect.stringContaining('3000')],
  ]);
});
