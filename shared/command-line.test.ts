import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { copyCommand, invokeCommand, listCommand, shellWord } from './command-line.ts';

const GATEWAY = 'nat-0c11aa22bb33cc44d';
const place = { stack: 'spikes', region: 'eu-west-1' };

/** What a command line gives to the program `aws`: its arguments and its input, as a shell reads the line. */
function given(line: string): { args: string[]; input: string } {
  const script = `aws() { printf '%s\\n' "$@"; case "$*" in *stdin*) cat;; esac; }\n${line}`;
  const lines = execFileSync('bash', ['-c', script], { encoding: 'utf8', input: '' }).split('\n');
  const end = lines.findIndex((each) => each.startsWith('{'));
  return end < 0
    ? { args: lines.slice(0, -1), input: '' }
    : { args: lines.slice(0, end), input: lines.slice(end).join('\n') };
}

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
});

test('a function is invoked with its request as raw bytes, in its region', () => {
  const line = invokeCommand(place, 'controller', { command: 'stop', gatewayId: GATEWAY });
  const { args, input } = given(line);
  expect(args).toEqual([
    ...['lambda', 'invoke', '--region', 'eu-west-1', '--function-name', 'spikes-controller'],
    ...['--payload', 'fileb:///dev/stdin', '/dev/stdout'],
  ]);
  expect(JSON.parse(input)).toEqual({ command: 'stop', gatewayId: GATEWAY });
});

test('objects are copied and listed in their region, whatever their names', () => {
  expect(given(copyCommand('eu-west-1', "s3://bucket/it's $HOME")).args).toEqual([
    ...['s3', 'cp', "s3://bucket/it's $HOME", '.', '--region', 'eu-west-1'],
  ]);
  expect(given(listCommand('eu-west-1', 's3://bucket/flows/')).args).toEqual([
    ...['s3', 'ls', 's3://bucket/flows/', '--region', 'eu-west-1'],
  ]);
});
