import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { commandLine, shellWord } from './command-line.ts';

test.each(['flows.log', 'my flows.log', "it's", '$(reboot)', '`reboot`', 'a;b', '~', '*', '', '"'])(
  'a shell reads %j back as one word',
  (text) => {
    expect(
      execFileSync('sh', ['-c', `printf '[%s]' ${shellWord(text)}`], { encoding: 'utf8' }),
    ).toBe(`[${text}]`);
  },
);

test('words that need no quotes are not quoted', () => {
  expect(shellWord('out/archive-1/x_y.log')).toBe('out/archive-1/x_y.log');
  expect(commandLine('record list', 'two words')).toBe(
    "npx natflow record list --stack 'two words'",
  );
});
