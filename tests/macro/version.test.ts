import { expect, test } from '@jest/globals';
import { expand } from '../../services/macro/expand.ts';
import { handler } from '../../services/macro/handler.ts';
import { MACRO_VERSION, readVersionAnswer, VERSION_COMMAND } from '../../shared/contract/macro.ts';
import { readTemplate } from '../template/cloudformation.ts';
import { A, INVENTORY, request } from './request.ts';

const template = readTemplate('template.yaml');

function expandFor(version: number | undefined, parameters: Record<string, string> = {}) {
  const asked = request({ NatGatewayIds: A, ...parameters });
  const Metadata = version === undefined ? undefined : { NatflowAlarms: { Version: version } };
  return () => expand({ ...asked, fragment: { ...asked.fragment, Metadata } }, INVENTORY);
}

test('the function tells its version', async () => {
  expect(readVersionAnswer(await handler(VERSION_COMMAND)).version).toBe(MACRO_VERSION);
});

test('the template needs the version of its own checkout', () => {
  expect(template['Metadata']).toMatchObject({ NatflowAlarms: { Version: MACRO_VERSION } });
});

test('a newer template is refused with both versions, and nothing else is said of it', () => {
  expect(expandFor(MACRO_VERSION + 1, { Threshold: 'x', New: '1' })).toThrow(
    new Error(
      `the template needs version ${MACRO_VERSION + 1} of the macro NatflowAlarms, and version ${MACRO_VERSION} is deployed here: run npm run deploy in the checkout that this template is from`,
    ),
  );
});

test.each([undefined, 1, MACRO_VERSION])('a template of version %s is expanded', (version) => {
  expect(expandFor(version)).not.toThrow();
});

test('parameters that the macro does not know are refused by name', () => {
  expect(expandFor(MACRO_VERSION, { Sampling: '2', Mirror: 'x' })).toThrow(
    `version ${MACRO_VERSION} of the macro NatflowAlarms does not know the parameter Sampling, Mirror`,
  );
});

test('the macro knows every parameter of the template', () => {
  const values = Object.keys(template['Parameters'] ?? {}).map((name) => [name, ''] as const);
  const parameters = { ...Object.fromEntries(values), NatGatewayIds: A, Threshold: '1GB' };
  expect(expandFor(MACRO_VERSION, parameters)).not.toThrow();
});
