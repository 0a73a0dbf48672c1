import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, jest, test } from '@jest/globals';
import { ROOT } from '../../infra/root.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { PATIENCE_MS } from '../../tests/support/run-natflow.ts';

jest.setTimeout(PATIENCE_MS);

const OUTPUTS = '[{"OutputKey":"ArchiveBucket","OutputValue":"archive"}]';

const folder = openFolder();
/** Stops the child and the server of a test that failed. */
let ended = new AbortController();
afterEach(() => {
  ended.abort();
  ended = new AbortController();
});

/** Runs undeploy with a fake `sam` that records its arguments. Like the real one, it exits with 0 on the answer no. */
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
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['services/cli/natflow.cjs', 'undeploy', ...args],
    {
      cwd: ROOT,
      env,
      signal: ended.signal,
    },
  ).finally(() => {
    lambda.closeAllConnections();
    lambda.close();
  });
  const told = (await readFile(calls, 'utf8')).split('\n');
  const deleted = told.flatMap((call) => /^delete --stack-name (\S+)/.exec(call)?.[1] ?? []);
  const regions = new Set(told.flatMap((call) => / --region (\S+)/.exec(call)?.[1] ?? []));
  return { shown: stdout, deleted, regions: [...regions] };
}

test('when the user does not confirm the deletion, the macro stays as well', async () => {
  const { shown, deleted } = await undeploy('n');
  expect(deleted).toEqual(['natflow']);
  expect(shown).toMatch(/undeploy +natflow stays, and the macro with it\n$/);
});

test('deleting the last stack deletes the macro, in the configured region', async () => {
  const { shown, deleted, regions } = await undeploy('y');
  expect(deleted).toEqual(['natflow', 'natflow-macro']);
  expect(shown).toContain('the archive stays, and empties itself: s3://archive');
  expect(regions).toEqual(['eu-west-1']);
});

test('a given region applies to every call', async () => {
  expect((await undeploy('y', '--region', 'us-west-2')).regions).toEqual(['us-west-2']);
});
