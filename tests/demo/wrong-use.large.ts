import { expect, jest, test } from '@jest/globals';
import { openFolder } from '../support/folder.ts';
import { openCollector } from '../support/loopback-collector.ts';
import { natflow, PATIENCE_MS } from '../support/run-natflow.ts';
import { runStory, runStoryWith } from './start.ts';

jest.setTimeout(PATIENCE_MS);

const folder = openFolder();

test.concurrent.each([
  [
    ['--scenario', 'x'],
    '--scenario x is none of s3-spike, flapping, long-spike, two-gateways, collector-down, slow-start, new-gateway, budget, continuous',
  ],
  [
    ['--threshold', '3 apples'],
    '--threshold "3 apples" is not a number of bytes per minute such as 500MB or 1GiB',
  ],
  [['--flow-log-delay', '3601'], '--flow-log-delay 3601 is not from 0 to 3600'],
  [['--recording-time', '86401'], '--recording-time 86401 is not from 0 to 86400'],
  [['--speed', '0'], '--speed 0 is not a number above 0, or max'],
  [['--legs', 'left'], '--legs left is none of all, private, public'],
  [['--group-by', 'a;b'], '--group-by "a;b" is not a label such as namespace, az or tag:team'],
  [['-v', '7'], '-v 7 is not NetFlow 5, 9 or 10 (ipfix)'],
  [['-n', '192.0.2.1:2055'], '192.0.2.1:2055 is another machine: add --allow-remote to send there'],
  [
    ['-n', '127.0.0.1:1', '--listen', '127.0.0.1:2'],
    '--listen is for the built-in collector, and -n takes its place',
  ],
  [
    ['--scenario', 'flapping', 'FILE'],
    '--scenario flapping and files: only one of them can be the traffic',
  ],
  [['nowhere.log'], 'cannot read nowhere.log: no such file'],
])('start %j is refused in one sentence', async (args, sentence) => {
  const { code, stdout, stderr } = await natflow('start', '--once', ...args);
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: '',
    stderr: `natflow: ${sentence}\n`,
  });
});

test.concurrent('when the port is in use the error names the next free one', async () => {
  const other = await openCollector();
  const { code, stderr } = await runStoryWith(folder.path, '--listen', other.target);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^natflow: cannot listen on 127\.0\.0\.1:\d+: the port is in use, (\d+) is free \(--listen 127\.0\.0\.1:\1\)\n$/,
  );
  await other.close();
});

test.concurrent('a folder with other files is refused and not touched', async () => {
  folder.write('precious.txt', 'x');
  const args = ['--listen', '127.0.0.1:0', '--out', folder.path];
  const { code, stderr } = await natflow('start', '--once', ...args);
  expect(code).toBe(1);
  expect(stderr).toBe(
    `natflow: ${folder.path} is no folder of stories: choose an empty one with --out\n`,
  );
});

test.concurrent('files of different formats, or without a line, are refused', async () => {
  const one = folder.write('one.log', 'srcaddr dstaddr bytes\n10.0.0.1 10.0.0.2 3\n');
  const two = folder.write('two.log', 'srcaddr dstaddr packets\n10.0.0.1 10.0.0.2 3\n');
  const { code, stderr } = await runStory(folder.path, one, two);
  expect(code).toBe(1);
  expect(stderr).toBe(`natflow: ${two} has another format than the files before it\n`);
  const none = folder.write('none.log', '');
  expect((await runStory(folder.path, none)).stderr).toBe('natflow: there is no line\n');
});

test.concurrent('the scenarios are listed', async () => {
  const { code, stdout } = await natflow('start', '--list');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^s3-spike +\w.*\n(.*\n){7}continuous +\w.*\n$/);
});
