import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPlain } from './plain-arguments.ts';
import { replayCommand } from './replay-command.ts';
import { REPLAY_OPTIONS } from './replay-options.ts';

/** What commander reads; undefined where it refuses, or prints the help. */
async function readByCommander(words: readonly string[]) {
  let read: object | undefined;
  const command = replayCommand()
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .action((files, options) => {
      read = { files, options };
    });
  await command.parseAsync(words, { from: 'user' }).catch(() => {});
  return read;
}

/** What readPlain reads; undefined where it leaves the words to commander. */
function read(words: readonly string[]) {
  try {
    return readPlain(words, REPLAY_OPTIONS);
  } catch {
    return undefined;
  }
}

const WORDS = [
  ...REPLAY_OPTIONS.flatMap(({ flags }) => flags.match(/--?[a-z-]+(?=,| |$)/g) ?? []),
  ...['a.log', 'b.log.gz', 's3://bucket/', '-', '--', '', '-v9', '--rate=max', '--since', '1h'],
  ...['127.0.0.1:9', 'max', '5', '0', 'ipfix', 'now', 'private', 'srcaddr dstaddr', '--none', '-h'],
];

test.each([
  ['-n 127.0.0.1:9 --rate max --json a.log'],
  ['-v ipfix --options --domain 7 --legs private --dry-run a.log b.log'],
  ['- --dry-run'],
])('%s is read without commander, as commander reads it', async (line) => {
  const words = line.split(' ');
  expect(read(words)).toBeDefined();
  expect(read(words)).toEqual(await readByCommander(words));
});

test.each(['', 'a.log -v', 'a.log --since 1h', '--rate=max a.log', '-v9 a.log', '--help'])(
  '"%s" is left to commander',
  (line) => {
    expect(readPlain(line.split(' ').filter(Boolean), REPLAY_OPTIONS)).toBeUndefined();
  },
);

test('what is read of any words is what commander reads', async () => {
  const lines = fc.array(fc.constantFrom(...WORDS), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(lines, async (words) => {
      const plain = read(words);
      if (plain !== undefined) expect(plain).toEqual(await readByCommander(words));
    }),
    { numRuns: 300 },
  );
});
