import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { FolderBucket } from '../../services/local-aws/folder-bucket.ts';
import { runStory } from '../demo/start.ts';
import { openFolder } from '../support/folder.ts';
import {
  dangersIn,
  HOSTILE_ARGUMENT,
  HOSTILE_FIELD,
  HOSTILE_LINE,
} from '../support/hostile-text.ts';
import { PATIENCE_MS } from '../support/run-natflow.ts';

jest.setTimeout(2 * PATIENCE_MS);

const folder = openFolder();
const FIELDS = 'interface-id pkt-dst-aws-service srcaddr dstaddr bytes start end action log-status';
const LINE = `${HOSTILE_FIELD} ${HOSTILE_FIELD} 10.0.0.1 52.1.1.1 9000 1795338000 1795338060 ACCEPT OK`;
const log = folder.write(`${HOSTILE_ARGUMENT}.log`, `${FIELDS}\n${LINE}\n${HOSTILE_LINE}\n`);

test.each([[], ['--json']])(
  'a story of hostile lines, files and folders %j',
  async (...options) => {
    const { out, stdout, stderr } = await runStory(
      join(folder.path, HOSTILE_ARGUMENT),
      ...options,
      log,
    );
    expect(dangersIn(stdout)).toEqual([]);
    expect(dangersIn(stderr)).toEqual([]);
    expect(stdout).toContain('mark');
    const files = readdirSync(out).filter((name) => name !== 'archive');
    expect(files).toEqual(
      expect.arrayContaining(['report.html', 'report.json', 'report.svg', 'mail-finished.txt']),
    );
    for (const name of files) {
      const text = readFileSync(join(out, name), 'utf8');
      expect({ name, dangers: dangersIn(text) }).toEqual({ name, dangers: [] });
    }
    expect(readFileSync(join(out, 'mail-finished.txt'), 'utf8')).toContain('mark');
  },
);

test('the suggested replay command works for a folder with blanks and quotes', async () => {
  const quoted = join(folder.path, "it's $(mine)");
  const { stdout } = await runStory(quoted, '--scenario', 'collector-down', '--connections', '20');
  const [, command = ''] = /to send them again: (find .*\+)/.exec(stdout) ?? [];
  const shown = command.replace('npx natflow', 'echo');
  const replayed = execFileSync('sh', ['-c', shown], { encoding: 'utf8' });
  expect(replayed).toMatch(/^replay -n host:port .*it's \$\(mine\).*\/archive\/flows\/.*\.gz\n$/);
});

test.each(['../x', 'a/../../x', '..', 'a/..'])('the key %j stays within its bucket', (key) => {
  expect(() => new FolderBucket(folder.path).file(key)).toThrow(RangeError);
});

test.each(['/etc/passwd', '....//x', '~/x'])('the key %j is a file in its bucket', (key) => {
  expect(new FolderBucket(folder.path).file(key)).toMatch(new RegExp(`^${folder.path}/`));
});
