import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { ROOT } from '../infra/root.ts';
import { program } from '../services/cli/program.ts';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...globSync('docs/*.md', { cwd: ROOT }),
];
const SCRIPTS: Record<string, string> = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
).scripts;

let natflow: Command;
beforeAll(async () => {
  natflow = await program(undefined);
});

/** The commands in a page's blocks of code, and in its words in code: the rest of a line after the program's name. */
function commandsIn(page: string, name: RegExp): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  const lines = blocks.join('\n').replaceAll('\\\n', ' ').split('\n');
  const spans = [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`]+)`/g)];
  return [...lines, ...spans.map(([, span = '']) => span.replaceAll('\n', ' '))].flatMap((line) => {
    const found = name.exec(line.trim().replace(/^\$ /, ''));
    return found === null ? [] : [found[1] ?? ''];
  });
}

/** What is wrong with the words of a command: a command or an option that the program does not have. */
function faultsOf(words: readonly string[]): string[] {
  let command = natflow;
  const faults: string[] = [];
  for (const word of words) {
    const next = command.commands.find((each) => each.name() === word);
    if (next !== undefined) command = next;
    else if (command === natflow && /^[a-z]+$/.test(word)) faults.push(`no command ${word}`);
    else if (!hasOption(command, word)) faults.push(`${command.name()} has no ${word}`);
  }
  return faults;
}

/** Whether the word is no option, or one of the command or of the subcommand that it stands for. */
function hasOption(command: Command, word: string): boolean {
  const [, option] = /^(--?[a-zA-Z][a-z-]*)/.exec(word) ?? [];
  // Options of the SAM CLI are handed on.
  if (option === undefined || command.name() === 'deploy') return true;
  const help = command.createHelp();
  return [command, ...command.commands]
    .flatMap((each) => help.visibleOptions(each))
    .some(({ short, long }) => option === short || option === long);
}

test.each(PAGES)('%s: every command of natflow is one, with options that it has', (page) => {
  const commands = commandsIn(page, /^(?:npx )?natflow ((?!is |and |follows |no longer ).*)$/);
  const faults = commands.flatMap((line) =>
    faultsOf(line.split(/ [|>#] /, 1)[0]?.split(/[\s,[\]()|]+/) ?? []).map(
      (fault) => `natflow ${line}: ${fault}`,
    ),
  );
  expect(faults).toEqual([]);
});

test.each(PAGES)('%s: every script that npm runs is one of package.json', (page) => {
  const names = commandsIn(page, /^npm run ([\w:-]+)/);
  expect(names.filter((name) => !(name in SCRIPTS))).toEqual([]);
});

test('the pages have commands, and a wrong one is seen', () => {
  const commands = PAGES.flatMap((page) => commandsIn(page, /^(?:npx )?natflow (.*)$/));
  expect(commands.length).toBeGreaterThan(40);
  expect(faultsOf(['report', '--colour', 'a.log'])).toEqual(['report has no --colour']);
  expect(faultsOf(['reports', 'a.log'])).toEqual(['no command reports']);
});
