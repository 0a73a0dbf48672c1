import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Installed, install, nodeOf, TARBALL } from './installed.ts';

const MOST_BYTES = 3_000_000;

const folder = mkdtempSync(join(tmpdir(), 'natflow-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function installedFor(version: string): Promise<Installed> {
  return await install(await nodeOf(version, folder), folder);
}

test('the package is small', () => {
  expect(statSync(TARBALL).size).toBeLessThan(MOST_BYTES);
});

describe.each(['22.13.0', '22.23.3', '24.21.0'])(
  'on Node.js %s, in an empty folder and home',
  (version) => {
    let natflow: Installed;
    beforeAll(async () => {
      natflow = await installedFor(version);
      await natflow.type('natflow synth --flows 2000 > flows.log');
    });

    test('it is that Node.js', async () => {
      expect(await natflow.type('node --version')).toMatchObject({ stdout: `v${version}\n` });
    });

    test('a file is reported on', async () => {
      const { code, stdout, stderr } = await natflow.type(
        'natflow report flows.log --html report.html',
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^\$0\.046 74 sources → S3/);
      expect(statSync(join(natflow.folder, 'report.html')).size).toBeGreaterThan(10_000);
    });

    test('a file is sent to the collector of another natflow', async () => {
      const { code, stdout } = await natflow.type(`
      natflow collect --listen 127.0.0.1:0 --json --count 2000 2>said &
      until grep -q listening said; do sleep 0.1; done
      natflow replay -n "$(sed -n 's/listening on //p' said)" -v 9 --rate 20000 flows.log || exit
      wait`);
      expect(code).toBe(0);
      expect(stdout.trim().split('\n')).toHaveLength(2000);
    });

    test('gzip is read', async () => {
      await natflow.type('gzip -k flows.log');
      const { stdout } = await natflow.type('natflow replay --dry-run --json flows.log.gz');
      expect(JSON.parse(stdout)).toMatchObject({ flows: 2000, malformed: 0 });
    });

    test('a large file has two threads', async () => {
      await natflow.type('natflow synth --flows 70000 > large.log');
      const sent = await natflow.type('natflow replay --dry-run --json large.log');
      const added = await natflow.type('natflow report --json large.log');
      expect([sent.stderr, added.stderr]).toEqual(['', '']);
      const replayed = { flows: 70_000, records: 70_000, malformed: 0 };
      expect(JSON.parse(sent.stdout)).toMatchObject(replayed);
      expect(JSON.parse(added.stdout)).toMatchObject({ totals: { flows: 35_000 } });
    });

    test('the life of a spike is played, with the functions that are deployed', async () => {
      const line = 'natflow start --once --json --speed max --listen 127.0.0.1:0';
      const { code, stdout, stderr } = await natflow.type(line);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const outcome = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
      expect(outcome).toMatchObject({ kind: 'end', faults: [], recordings: 1, flowLogsLeft: 0 });
    });

    test('deploy explains itself, and without credentials what to do', async () => {
      const help = await natflow.type('natflow deploy --help');
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toContain('--stack-name');
      const env = { AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true' };
      const { code, stderr } = await natflow.type('natflow deploy', env);
      expect(code).toBe(1);
      expect(stderr).toContain('no AWS credentials were found: run "aws configure"');
    });
  },
);

test.each(['18.20.8', '20.20.2', '22.12.0'])(
  'Node.js %s is told in one sentence',
  async (version) => {
    const natflow = await installedFor(version);
    expect(await natflow.type('natflow report flows.log')).toEqual({
      code: 1,
      stdout: '',
      stderr: `natflow: Node.js 22.13 or newer is needed, and this is v${version}\n`,
    });
  },
);
