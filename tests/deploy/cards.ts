import { expect } from '@jest/globals';
import type { Cloud } from './cloud.ts';

/** Deploys the stack with which facts of another one go to Slack, Teams and PagerDuty. */
export async function deployCards(cloud: Cloud, stack: string, boundary: string): Promise<void> {
  const secret = ['--name', 'natflow/cards', '--secret-string', '{}'];
  await cloud.run('aws', ['secretsmanager', 'create-secret', ...secret]);
  await cloud.run('aws', [
    ...['cloudformation', 'deploy', '--template-file', 'infra/cards.yaml'],
    ...['--stack-name', `${stack}-cards`, '--capabilities', 'CAPABILITY_IAM'],
    ...['--parameter-overrides', `Stack=${stack}`, `PermissionsBoundary=${boundary}`],
    ...['CardSecret=natflow/cards', 'SlackChannel=C0123456789'],
    'TeamsUrl=https://teams.example/invoke?api-version=1&sp=%2Frun&sv=1.0',
    'PagerDutyHost=events.pagerduty.com',
  ]);
}

/** Expects that each target got the cards of a recording's start and end. */
export function expectCards(received: ReturnType<Cloud['cards']>): void {
  const of = (target: string) =>
    received.filter((each) => each.target === target).map(({ card }) => card);
  const targets = ['chat', 'pagerduty', 'slack', 'teams'];
  expect(targets.map((target) => of(target).length)).toEqual([2, 2, 2, 2]);
  expect(of('pagerduty').map((card) => card['event_action'])).toEqual(['trigger', 'resolve']);
  expect(of('slack')[0]?.['text']).toMatch(/is being recorded/);
  expect(of('chat')[0]).toMatchObject({ version: '1.0', source: 'custom' });
  expect(of('teams')[0]).toMatchObject({ type: 'message' });
}

/** What EventBridge shows of the destinations and of the targets of all rules. */
export async function shownOfDestinations(cloud: Cloud): Promise<string> {
  const rules = await cloud.aws<string[]>('events', 'list-rules', '--query', 'Rules[].Name');
  const shown = await Promise.all([
    cloud.run('aws', ['events', 'list-api-destinations']),
    ...rules.map((rule) => cloud.run('aws', ['events', 'list-targets-by-rule', '--rule', rule])),
  ]);
  return shown.join('\n');
}
