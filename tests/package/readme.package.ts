import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROOT } from '../../infra/root.ts';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import { install, type Typed } from './installed.ts';

const GATEWAY = 'nat-0123456789abcdef0';
const FILE = '123456789012_vpcflowlogs_us-east-1_fl-0123456789abcdef0_20261122T0900Z_0.log.gz';

/** A clone installs all that the tests need as well. */
const INSTALL_MS = 600_000;

const folder = mkdtempSync(join(tmpdir(), 'natflow-readme-'));
let aws: FakeAws;

beforeAll(async () => {
  aws = await FakeAws.start();
  aws.ec2.gateways.set(GATEWAY, { interfaces: ['eni-1'] });
  const gateways = [{ gatewayId: GATEWAY, counted: 1, cap: 10 }];
  const recording = { id: '01', phase: 'recording', cause: 'manual', deadline: Date.now() };
  const answers: Record<string, object> = {
    doctor: { gateways: [], findings: [] },
    start: { gateways: gateways.map((gateway) => ({ ...gateway, recording })) },
  };
  aws.deployment.functions.set('natflow-controller', {
    state: 'Active',
    invoke: async (event) => ({
      payload: answers[(event as { command: string }).command] ?? { gateways },
    }),
  });
  aws.deployment.functions.set('natflow-reporter', {
    state: 'Active',
    invoke: async () => ({ payload: { recordings: [] } }),
  });
});
afterAll(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The commands of the README in their order; a collector of another machine is one of this machine. */
function commands(): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```sh\n(.*?)```/gs)];
  const inline = [...readme.matchAll(/`(npx natflow [^`]*)`/g)].map(([, line = '']) => line);
  const typable = inline.filter((line) => !/[A-Z]{2}|…/.test(line));
  const lines = blocks.flatMap(([, block = '']) => block.trim().split('\n'));
  return [...typable, ...lines].map((line) => line.replace('10.0.9.9:2055', '127.0.0.1:9'));
}

/** What a line is where the package is installed; undefined for those that are about a checkout. */
function inPackage(line: string): string | undefined {
  if (/^npm (ci|pack|install|run build)|sam build/.test(line)) return undefined;
  return line
    .replace(/^npm start/, 'natflow start')
    .replace(/^npm run (\w+)( --)?/, 'natflow $1')
    .replaceAll('npx natflow', 'natflow');
}

/** A SAM CLI that says what it is asked. */
function environment(): NodeJS.ProcessEnv {
  const bin = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(bin, 'sam'), '#!/bin/sh\n[ "$1" = list ] && echo "[]" || echo "sam $@"\n');
  chmodSync(join(bin, 'sam'), 0o755);
  return {
    FAKE_BIN: bin,
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
  };
}

/** The line, with the fake `sam`; a command that goes on until Ctrl-C gets it when it says so. */
function typing(line: string): string {
  const path = 'export PATH="$FAKE_BIN:$PATH"';
  if (!/^(npm start|natflow start)$/.test(line)) return `${path}; ${line}`;
  return `${path}; set -m; ${line} >story 2>&1 & job=$!
    until grep -q 'goes on listening' story || ! kill -0 $job; do sleep 0.2; done
    kill -INT -- -$job; wait $job; code=$?; cat story; [ $code = 0 ] || [ $code = 130 ]`;
}

interface Place {
  type(line: string, env: NodeJS.ProcessEnv): Promise<Typed>;
}

async function typeAll(place: Place, lines: readonly string[]): Promise<Map<string, Typed>> {
  const env = environment();
  const typed = new Map<string, Typed>();
  for (const line of lines) {
    const result = await place.type(typing(line), env);
    typed.set(line, result);
    const { code, stdout, stderr } = result;
    // Nothing listens at the port, and refusals are exit code 1. Without a terminal a deployment asks nothing.
    const isRefused =
      (line.includes('replay') && stderr.includes('127.0.0.1:9')) ||
      (line.endsWith('deploy') && stderr.includes('what to watch is missing: --nat'));
    if (code !== 0 && !isRefused) throw new Error(`${line} ended with ${code}\n${stdout}${stderr}`);
  }
  return typed;
}

test('the README has commands', () => {
  expect(commands()).toEqual(
    expect.arrayContaining(['npm ci', 'npm start', 'npm run deploy', 'npx natflow doctor']),
  );
});

describe.each(['a clone', 'the package'])('in %s', (where) => {
  let place: Place;
  let lines: readonly string[];

  beforeAll(async () => {
    if (where === 'a clone') {
      const clone = join(folder, 'clone');
      await promisify(execFile)('git', ['clone', '--quiet', ROOT, clone]);
      place = cloned(clone);
      // The program of the package is typed in the other place.
      lines = commands().map((line) => line.replace('<(natflow', '<(npx natflow'));
      expect(await place.type('npm ci', {})).toMatchObject({ code: 0 });
    } else {
      const installed = await install(dirname(process.execPath), folder);
      place = installed;
      lines = commands().flatMap((line) => inPackage(line) ?? []);
    }
    const natflow = where === 'a clone' ? 'npx natflow' : 'natflow';
    await place.type(`${natflow} synth --flows 500 | gzip > ${FILE}`, {});
  }, INSTALL_MS);

  test(
    'every command of the README does what it says',
    async () => {
      const typed = await typeAll(
        place,
        lines.filter((line) => line !== 'npm ci'),
      );
      const shown = (part: string) =>
        [...typed].find(([line]) => line.includes(part))?.[1].stdout ?? '';
      expect(shown('report 1234')).toMatch(/sources → S3/);
      expect(shown('--nat all')).toMatch(
        /sam deploy .*--no-confirm-changeset .*--parameter-overrides NatGatewayIds="all" EmailAddress="you@example.com"$/m,
      );
      expect(shown('undeploy')).toMatch(/sam delete --stack-name natflow /);
      expect(shown('start')).toContain('goes on listening');
    },
    INSTALL_MS,
  );
});

function cloned(clone: string): Place {
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  const prefix = mkdtempSync(join(folder, 'prefix-'));
  return {
    async type(line, env) {
      const options = {
        cwd: clone,
        env: { ...process.env, ...env, PATH: path, npm_config_prefix: prefix },
        maxBuffer: 2 ** 26,
      };
      return await promisify(execFile)('bash', ['-c', line], options).then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
      );
    },
  };
}
