import { expect, test } from '@jest/globals';
import { natflowHere } from '../../tests/support/natflow-here.ts';
import { allExamples } from './examples.ts';

const COMMANDS = [...new Set(allExamples().map(([command]) => command))].filter(
  (command) => command !== 'natflow',
);

test.each(COMMANDS)('%s --help ends with examples, of options that it has', async (command) => {
  const { code, stdout } = await natflowHere(...command.split(' '), '--help');
  expect(code).toBe(0);
  const [help = '', examples = ''] = stdout.split('\nExamples:\n');
  const own = allExamples().filter(([of]) => of === command);
  expect(examples.trimEnd().split('\n')).toEqual(own.map(([, line]) => `  npx natflow ${line}`));
  const [words = ''] = own.map(([, line]) => line);
  expect(words.startsWith(command)).toBe(true);
  const used = examples.match(/(?<= )--?[a-z-]+/g) ?? [];
  // Options of the SAM CLI are handed on.
  const known = command === 'deploy' ? ['--no-confirm-changeset', '--parameter-overrides'] : [];
  for (const option of used) {
    if (!known.includes(option)) expect(help).toMatch(new RegExp(`(^|[ ,])${option}\\b`, 'm'));
  }
});

test('every command has examples', async () => {
  const { stdout } = await natflowHere('--help');
  const named = [...stdout.matchAll(/^ {2}([a-z]+)(?= .*\S)/gm)].map(([, name]) => name);
  const without = ['completion', 'help'];
  const list = stdout.slice(stdout.indexOf('Commands:'), stdout.indexOf('Examples:'));
  const commands = named.filter((name) => list.includes(`\n  ${name} `));
  expect(commands.filter((name) => !without.includes(name ?? '')).toSorted()).toEqual(
    COMMANDS.filter((command) => !command.includes(' ')).toSorted(),
  );
});

test.each([
  [['re'], ['replay', 'report', 'record', 'recordings', 'render']],
  [['report', '--vp'], ['--vpc']],
  [
    ['report', '--legs', ''],
    ['all', 'private', 'public'],
  ],
  [
    ['record', ''],
    ['start', 'stop', 'list', 'reset'],
  ],
  [['recordings', 's'], ['show']],
  [['report', '--vpc', ''], []],
  [['report', 'x'], []],
])('complete -- %j answers %j', async (words, values) => {
  const { code, stdout, stderr } = await natflowHere('complete', '--', ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n').flatMap((line) => line.split(' ')[0] || [])).toEqual(values);
});
