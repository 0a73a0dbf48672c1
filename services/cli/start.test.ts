import { expect, jest, test } from '@jest/globals';
import { openFolder } from '../../tests/support/folder.ts';
import { closedPort, openCollector, read } from '../../tests/support/loopback-collector.ts';
import { natflow, PATIENCE_MS, startNatflow } from '../../tests/support/run-natflow.ts';

jest.setTimeout(PATIENCE_MS);

const FLOW =
  '2 123456789012 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 1700000000 1700000058 ACCEPT OK';
const folder = openFolder();

const rows = (stdout: string) => stdout.trimEnd().split('\n').slice(1);

test.concurrent.each([
  ['5', 'NetFlow v5'],
  ['9', 'NetFlow v9'],
  ['ipfix', 'IPFIX'],
])('start --once -v %s ends when all that was exported was received', async (version, name) => {
  const args = ['--once', '--flows', '100', '--rate', '2000', '-v', version];
  const { code, stdout, stderr } = await natflow('start', ...args);
  expect(code).toBe(0);
  expect(stderr).toMatch(new RegExp(`^collector  127\\.0\\.0\\.1:\\d+  ${name}, built in$`, 'm'));
  expect(stderr).toMatch(/^exported {3}100 flow records in \d+ datagrams$/m);
  expect(stderr).toMatch(/^received {3}100 flow records, 0 sequence errors$/m);
  expect(rows(stdout)).toHaveLength(100);
  expect(rows(stdout)[0]).toMatch(/ TCP +10\.20\.\d+\.\d+:\d+ -> /);
});

test.concurrent("a file of one's own takes the place of the spike", async () => {
  const path = folder.write('own.log', `${FLOW}\nx\n${FLOW}\n`);
  const { code, stdout, stderr } = await natflow('start', '--once', path);
  expect(code).toBe(0);
  expect(stderr).toContain(`traffic    ${path}\n`);
  expect(stderr).toMatch(/^exported {3}2 flow records/m);
  expect(stderr).toMatch(/^malformed {2}1 lines$/m);
  expect(rows(stdout)).toHaveLength(2);
  expect(stdout).toContain('10.0.0.1:443 -> 10.0.0.2:49152');
});

test.concurrent('what v5 cannot carry is told', async () => {
  const path = folder.write(
    'ipv6.log',
    `${FLOW.replace('10.0.0.1', '::1').replace('10.0.0.2', '::2')}\n${FLOW}`,
  );
  const { code, stderr } = await natflow('start', '--once', path);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^exported {3}1 flow record/m);
  expect(stderr).toMatch(/^left out {3}1 flows? /m);
});

test.concurrent("a collector of one's own takes the place of the built-in one", async () => {
  const collector = await openCollector();
  const args = ['start', '--once', '--flows', '40', '--rate', 'max', '-n', collector.target];
  const { code, stdout, stderr } = await natflow(...args);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toContain(`collector  ${collector.target}  NetFlow v5\n`);
  expect(read(await collector.received(2)).flows).toHaveLength(40);
});

test.concurrent("a collector of one's own that refuses is a failure", async () => {
  const target = `127.0.0.1:${await closedPort()}`;
  const { code, stderr } = await natflow('start', '--once', '--flows', '8', '-n', target);
  expect(code).toBe(1);
  expect(stderr).toContain(`failed     ${target}: connection refused`);
});

test.concurrent('the same seed shows the same flows', async () => {
  const args = ['start', '--once', '--flows', '12', '--rate', 'max', '--seed', '5'];
  const [one, other] = await Promise.all([natflow(...args), natflow(...args)]);
  const ends = (stdout: string) => rows(stdout).map((row) => / TCP .* -> \S+/.exec(row)?.[0]);
  expect(ends(one.stdout)).toHaveLength(12);
  expect(ends(one.stdout)).toEqual(ends(other.stdout));
});

test.concurrent('without --once it goes on listening until it is interrupted', async () => {
  const { child, ended } = startNatflow('start', '--flows', '8', '--rate', 'max');
  let said = '';
  await new Promise<void>((listening) => {
    child.stderr?.on('data', (text) => {
      said += text;
      if (said.endsWith(' FILE\n')) listening();
    });
  });
  const port = /replay -n (127\.0\.0\.1:\d+) FILE/.exec(said)?.[1] ?? '';
  const path = folder.write('more.log', `${FLOW}\n`);
  expect(await natflow('replay', '-n', port, path)).toMatchObject({ code: 0 });
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  expect(code).toBe(0);
  expect(rows(stdout)).toHaveLength(9);
});
