import { expect, jest, test } from '@jest/globals';
import { synthesize } from '../../shared/flowlog/synth.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { openCollector, read } from '../../tests/support/loopback-collector.ts';
import { FAULTY_RESOLVER } from '../../tests/support/resolver.ts';
import { natflow, PATIENCE_MS } from '../../tests/support/run-natflow.ts';

jest.setTimeout(PATIENCE_MS);
Object.assign(process.env, FAULTY_RESOLVER);

const FLOWS = 300;
const folder = openFolder();
const path = folder.write('flows.log', [...synthesize({ flows: FLOWS, seed: 1 })].join(''));
const replay = (targets: string) => natflow('replay', '-n', targets, '--json', path);

test.concurrent('a name that takes two seconds to resolve loses no flow', async () => {
  const collector = await openCollector();
  const { code, stdout } = await replay(`collector.slow:${collector.address.port}`);
  expect(code).toBe(0);
  const { datagrams } = JSON.parse(stdout);
  expect(read(await collector.received(datagrams)).flows).toHaveLength(FLOWS);
});

test.concurrent('a name server that never answers delays the other collectors by seconds only', async () => {
  const collector = await openCollector();
  const { code, stdout, stderr } = await replay(`collector.silent:2055,${collector.target}`);
  expect(code).toBe(1);
  const { datagrams } = JSON.parse(stdout);
  expect(stderr).toBe(
    `natflow: collector.silent:2055: ${datagrams} of ${datagrams} datagrams failed: the name server has not answered yet\n`,
  );
  expect(read(await collector.received(datagrams)).flows).toHaveLength(FLOWS);
});

test.concurrent('a name server that never answers for the only collector is reported in one sentence', async () => {
  const { code, stdout, stderr } = await replay('collector.silent:2055');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    'natflow: cannot send to collector.silent:2055: the name server has not answered yet\n',
  );
});
