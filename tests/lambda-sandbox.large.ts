import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { bundle } from '../infra/build.ts';
import { type FunctionOptions, LambdaFunction } from '../services/local-aws/lambda/function.ts';
import { RESPONSE_LIMIT } from '../services/local-aws/lambda/runtime-api.ts';

const directories: string[] = [];
const functions: LambdaFunction[] = [];
/** Stops the child of a test that failed. */
const children: ChildProcess[] = [];

afterEach(async () => {
  await Promise.all(functions.splice(0).map((each) => each.close()));
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function directory(handler: string, parent = tmpdir()): string {
  mkdirSync(parent, { recursive: true });
  const path = mkdtempSync(join(parent, 'natflow-function-'));
  directories.push(path);
  writeFileSync(join(path, 'handler.mjs'), handler);
  return path;
}

function lambda(handler: string, options: Partial<FunctionOptions> = {}): LambdaFunction {
  const created = new LambdaFunction({ bundle: directory(handler), ...options });
  functions.push(created);
  return created;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await condition()); attempt++) {
    if (attempt === 500) throw new Error('the condition did not come true within 5 s');
    await delay(10);
  }
}

test('an event is handled by the runtime client, and its answer is returned', async () => {
  const echo = lambda('export const handler = async (event, context) => ({ event, context });');
  const { payload, error, coldStart } = await echo.invoke({ text: 'ünï "quoted"' });
  expect(error).toBeUndefined();
  expect(coldStart).toBe(true);
  expect(payload).toMatchObject({
    event: { text: 'ünï "quoted"' },
    context: {
      functionName: 'function',
      logStreamName: expect.stringContaining('[$LATEST]'),
      invokedFunctionArn: expect.stringMatching(/^arn:aws:lambda:/),
    },
  });
  expect(await echo.invoke({})).toMatchObject({ coldStart: false, environment: 0 });
});

test('the function is frozen while it has no event', async () => {
  const ticker = `
    let ticks = 0;
    setInterval(() => { ticks++; }, 2);
    export const handler = async () => ticks;`;
  const frozen = lambda(ticker);
  const running = lambda(ticker, { freeze: false });
  const before = Number(await frozen.call({}));
  const start = Number(await running.call({}));
  await until(async () => Number(await running.call({})) > start + 100);
  expect(Number(await frozen.call({})) - before).toBeLessThan(20);
});

test('the context has the remaining time, and an environment that exceeds its timeout is ended', async () => {
  const slow = lambda(
    `export const handler = async (event, context) => {
      await new Promise((resolve) => setTimeout(resolve, event.ms));
      return context.getRemainingTimeInMillis();
    };`,
    { timeoutMs: 500 },
  );
  expect(await slow.call({ ms: 0 })).toBeGreaterThan(0);
  expect(await slow.call({ ms: 0 })).toBeLessThanOrEqual(500);
  expect(await slow.invoke({ ms: 5000 })).toMatchObject({
    error: {
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('Task timed out after 0.50 seconds'),
    },
  });
  expect(await slow.invoke({ ms: 0 })).toMatchObject({ error: undefined, coldStart: true });
});

test.each([
  ['throws', 'throw new TypeError("no")', { errorType: 'TypeError', errorMessage: 'no' }],
  [
    'exits',
    'process.exit(7)',
    {
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: .* Error: Runtime exited .* exit status 7$/),
    },
  ],
  [
    'answers more than 6 MB',
    `return 'x'.repeat(${RESPONSE_LIMIT - 1})`,
    { errorType: 'Function.ResponseSizeTooLarge' },
  ],
])('a handler that %s fails with the words of Lambda', async (_, body, error) => {
  const failing = lambda(`export const handler = async (event) => { if (event.fail) ${body}; };`);
  expect(await failing.invoke({ fail: true })).toMatchObject({ payload: undefined, error });
  expect(await failing.invoke({})).toMatchObject({ payload: null, error: undefined });
});

test('an answer of exactly 6 MB passes', async () => {
  const large = lambda(`export const handler = async () => 'x'.repeat(${RESPONSE_LIMIT - 2});`);
  expect(await large.call({})).toHaveLength(RESPONSE_LIMIT - 2);
});

test.each([
  ['throws at its top level', 'throw new RangeError("bad setting")', 'RangeError'],
  ['has no handler', 'export const other = 1', 'Runtime.HandlerNotFound'],
  ['takes a callback', 'export const handler = (e, c, done) => done()', 'Runtime.Callback'],
  ['exits while it starts', 'process.exit(3)', 'Runtime.ExitError'],
])('a module that %s fails every event', async (_, source, errorType) => {
  const broken = lambda(source);
  for (const event of [1, 2]) {
    const { error, coldStart } = await broken.invoke(event);
    expect(error?.errorType).toContain(errorType);
    expect(coldStart).toBe(true);
  }
});

test("a function's log lines are complete when its answer is returned", async () => {
  const chatty = lambda(`export const handler = async (event) => { console.log('read', event); };`);
  await chatty.invoke(5);
  expect(chatty.logs).toEqual([expect.stringMatching(/INFO\tread 5$/)]);
});

test('events beyond the number of environments wait, and a killed environment is replaced', async () => {
  const pool = lambda(
    `export const handler = async (event) => {
      if (event.hang) await new Promise((resolve) => setTimeout(resolve, 60_000));
      return process.pid;
    };`,
    { environments: 2 },
  );
  const pids = await Promise.all([1, 2, 3, 4].map(() => pool.call({})));
  expect(new Set(pids).size).toBe(2);

  const hanging = pool.invoke({ hang: true });
  await pool.kill(0);
  await pool.kill(1);
  expect(await hanging).toMatchObject({
    error: {
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('signal: killed'),
    },
  });
  expect(pids).not.toContain(await pool.call({}));
});

test('a frozen environment does not outlive the process that started it', async () => {
  const path = directory(`
    import { createServer } from 'node:net';
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    export const handler = async () => server.address().port;`);
  const source = `
    import { LambdaFunction } from ${JSON.stringify(`${import.meta.dirname}/../services/local-aws/lambda/function.ts`)};
    const { payload } = await new LambdaFunction({ bundle: ${JSON.stringify(path)} }).invoke({});
    process.stdout.write(String(payload));
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', source]);
  children.push(parent);
  const port = Number((await once(parent.stdout, 'data'))[0]);
  expect(await isOpen(port)).toBe(true);
  parent.kill('SIGKILL');
  await until(async () => !(await isOpen(port)));
});

test('a process with a frozen environment can exit', async () => {
  const path = directory('export const handler = async () => 1;');
  const source = `
    import { LambdaFunction } from ${JSON.stringify(`${import.meta.dirname}/../services/local-aws/lambda/function.ts`)};
    const { payload } = await new LambdaFunction({ bundle: ${JSON.stringify(path)} }).invoke({});
    process.stdout.write(String(payload));`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(parent);
  const [answer, exit] = [text(parent.stdout), once(parent, 'exit')];
  expect(await answer).toBe('1');
  expect(await exit).toEqual([0, null]);
}, 30_000);

test('a closed function starts no environment', async () => {
  const closed = lambda('export const handler = async () => 1;');
  expect(await closed.call({})).toBe(1);
  await closed.close();
  expect(await closed.invoke({})).toMatchObject({ error: { errorType: 'Local.Closed' } });
});

/** The kernel accepts connections of a stopped process, but not of one that has ended. */
async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

test('a bundle loads dynamic imports only when they are used', async () => {
  const path = directory('', join(import.meta.dirname, '../dist'));
  const source = join(path, 'source.ts');
  writeFileSync(
    source,
    `export async function handler(event: { lazy?: boolean }) {
      if (event.lazy) return Object.keys(await import('@aws-sdk/client-firehose')).length;
      return 0;
    }`,
  );
  const size = await bundle(source, path);
  expect(size.cold).toBeLessThan(2_000);
  expect(size.lazy).toBeGreaterThan(100_000);
  const built = new LambdaFunction({ bundle: path });
  functions.push(built);
  expect(await built.call({})).toBe(0);
  expect(await built.call({ lazy: true })).toBeGreaterThan(10);
});
