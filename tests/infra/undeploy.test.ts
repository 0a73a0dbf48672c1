import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, jest, test } from '@jest/globals';
import { openFolder } from '../support/folder.ts';
import { PATIENCE_MS } from '../support/run-natflow.ts';

jest.setTimeout(PATIENCE_MS);

const ROOT = join(import.meta.dirname, '../..');
const OUTPUTS = '[{"OutputKey":"ArchiveBucket","OutputValue":"archive"}]';

const folder = openFolder();
/** A test that fails may leave its child and its server behind. */
let ended = new AbortController();
afterEach(() => {
  ended.abort();
  ended = new AbortController();
});

/** Runs undeploy with a `sam` that notes what it is told and, as the real one, ends well when asked not to delete. */
async function undeploy(answer: 'y' | 'n', ...args: string[]) {
  const calls = folder.write('calls', '');
  const gone = join(folder.path, 'gone');
  const sam = folder.write(
    'sam',
    `#!/bin/sh
echo "$@" >> ${calls}
case "$1" in
  delete) [ ${answer} = n ] || touch ${gone} ;;
  list) [ ! -e ${gone} ] && echo '${OUTPUTS}' ;;
esac
`,
  );
  await chmod(sam, 0o755);
  const lambda = createServer((_, response) => response.end('{"Functions":[]}'));
  await once(lambda.listen(0, '127.0.0.1'), 'listening');
  const { port } = lambda.address() as AddressInfo;
  const env = {
    ...process.env,
    PATH: [folder.path, process.env['PATH']].join(delimiter),
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['infra/undeploy.ts', ...args], {
    cwd: ROOT,
    env,
    signal: ended.signal,
  }).finally(() => {
    lambda.closeAllConnections();
    lambda.close();
  });
  const told = (await readFile(calls, 'utf8')).split('\n');
  const deleted = told.flatMap((call) => /^delete --stack-name (\S+)/.exec(call)?.[1] ?? []);
  const regions = new Set(told.flatMap((call) => / --region (\S+)/.exec(call)?.[1] ?? []));
  return { shown: stdout, deleted, regions: [...regions] };
}

test('a stack that its owner will not delete after all keeps the macro it needs', async () => {
  const { shown, deleted } = await undeploy('n');
  expect(deleted).toEqual(['natflow']);
  expect(shown).toMatch(/undeploy +natflow stays, and the macro with it\n$/);
});

test('the last stack takes the macro with it', async () => {
  const { shown, deleted } = await undeploy('y');
  expect(deleted).toEqual(['natflow', 'natflow-macro']);
  expect(shown).toContain('the archive stays, and empties itself: s3://archive');
});

test('a region that is named is meant throughout', async () => {
  expect((await undeploy('y')).regions).toEqual(['eu-west-1']);
  expect((await undeploy('y', '--region', 'us-west-2')).regions).toEqual(['us-west-2']);
});
