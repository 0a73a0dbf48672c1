import { expect, test } from '@jest/globals';
import { invokeCommand } from '../../shared/command-line.ts';
import { expandedTemplate, readTemplate, walk } from './cloudformation.ts';

const PLACE = { stack: 'spikes', region: 'eu-west-1' };
const { Outputs } = readTemplate('template.yaml') as unknown as {
  Outputs: Record<string, { Value: { 'Fn::Sub'?: string } }>;
};

/** An output of a deployed stack. */
function output(name: string): string {
  return (Outputs[name]?.Value['Fn::Sub'] ?? '')
    .replaceAll('${AWS::StackName}', PLACE.stack)
    .replaceAll('${AWS::Region}', PLACE.region);
}

test('the commands among the outputs are those that mails have', () => {
  const start = { command: 'start', gatewayId: 'GATEWAY_ID', minutes: 15 } as const;
  expect(output('TestCommand')).toBe(invokeCommand(PLACE, 'controller', start));
  expect(output('RecordingsCommand')).toBe(invokeCommand(PLACE, 'reporter', { command: 'list' }));
});

test('nothing that a stack shows needs a clone of natflow', () => {
  const texts = [...walk(expandedTemplate())].flatMap(([, value]) =>
    typeof value === 'string' ? [value] : [],
  );
  expect(texts.length).toBeGreaterThan(500);
  expect(texts.filter((text) => /\bnpx\b|\bnpm\b|checkout|clone/.test(text))).toEqual([]);
});
