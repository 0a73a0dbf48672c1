import { expect, test } from '@jest/globals';
import { cardsOf } from '../../shared/notification/cards/cards.ts';
import { MESSAGES, SENDER } from '../notification/samples.ts';
import { expandedTemplate, walk } from './cloudformation.ts';
import { statements } from './policies.ts';

const main = expandedTemplate();
const rules = Object.entries(main.Resources).filter(([, { Type }]) => Type === 'AWS::Events::Rule');
const text = JSON.stringify(main.Resources);

test('functions may put events of the source natflow alone, on the bus of the parameter', () => {
  const putting = statements(main).filter(({ actions }) => actions.includes('events:PutEvents'));
  expect(putting.map(({ path }) => path.split('.')[0])).toEqual(['ControllerRole', 'ReporterRole']);
  for (const { conditions, resources } of putting) {
    expect(conditions).toEqual([{ 'events:source': 'natflow' }]);
    expect(JSON.stringify(resources)).toContain(':event-bus/${EventBus}');
  }
});

test("no event of natflow's starts a function or fills a queue of natflow's", () => {
  const sources = [...walk(main.Resources)].filter(
    ([path, value]) =>
      path.at(-1) === 'source' && path.some((part) => /Pattern/.test(part)) && Array.isArray(value),
  );
  const own = sources.filter(([, value]) => (value as string[]).includes('natflow'));
  expect(own.map(([path]) => path[0])).toEqual(['CardRule', 'PagerDutyRule']);
  expect(sources.map(([path]) => path[0])).toContain('ControllerFunction');
  for (const id of ['CardRule', 'PagerDutyRule']) {
    const targets = JSON.stringify(main.Resources[id]?.Properties?.['Targets']);
    const arns = [...targets.matchAll(/"Arn":\{"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/g)].map(
      ([, to]) => to,
    );
    expect(
      arns.filter((to) => to !== 'DeadLetters').every((to) => /Destination$|^Chat/.test(to ?? '')),
    ).toBe(true);
  }
});

test('each target gets a card that events have, and what cannot be delivered is kept', () => {
  const cards = MESSAGES.map((message) => Object.keys(cardsOf(message, SENDER)));
  const paths = [...text.matchAll(/"InputPath":"\$\.detail\.cards\.(\w+)"/g)].map(
    ([, card]) => card,
  );
  expect(paths).toEqual(['chat', 'slack', 'teams', 'pagerDuty']);
  for (const path of paths) expect(cards.flat()).toContain(path);
  const ofDeadLetters = JSON.stringify(main.Resources['DeadLettersPolicy']);
  for (const [id, { Properties = {} }] of rules) {
    const targets = Properties['Targets'] as unknown[];
    expect(JSON.stringify(targets).match(/DeadLetterConfig/g)?.length).toBe(
      JSON.stringify(targets).match(/"Id":/g)?.length,
    );
    expect(ofDeadLetters).toContain(`{"Fn::GetAtt":["${id}","Arn"]}`);
  }
});

test('tokens are references to a secret, and stand in connections alone', () => {
  const references = [...walk(main.Resources)].filter(([, value]) =>
    /^[^{]*\{\{resolve:secretsmanager:\$\{CardSecret\}:SecretString:(slack|teams|pagerduty)\}\}$/.test(
      String(value),
    ),
  );
  expect(references.map(([path]) => path.slice(0, 3).join('.'))).toEqual([
    'SlackConnection.Properties.AuthParameters',
    'TeamsConnection.Properties.AuthParameters',
    'PagerDutyConnection.Properties.AuthParameters',
    'PagerDutyConnection.Properties.AuthParameters',
  ]);
  expect(text.match(/resolve:/g)).toHaveLength(references.length);
  expect(text.match(/"IsValueSecret":true/g)).toHaveLength(2);
});

test('no parameter is NoEcho: for such a one `sam deploy --guided` takes no default', () => {
  const parameters = main['Parameters'] as Record<string, { NoEcho?: boolean }>;
  expect(Object.keys(parameters).filter((name) => parameters[name]?.NoEcho)).toEqual([]);
});

test.each([
  ['https://a.example/invoke?api-version=1&sp=%2Frun&sv=1.0', true],
  ['https://a.example/invoke?api-version=1&sig=secret', false],
  ['https://a.example/invoke?sig=secret&sv=1', false],
  ['https://a.example/invoke?sv=1&sig=secret&sp=2', false],
  ['', true],
])('TeamsUrl %j is taken: %s', (value, isTaken) => {
  const parameters = main['Parameters'] as Record<string, { AllowedPattern?: string }>;
  const pattern = parameters['TeamsUrl']?.AllowedPattern;
  expect(new RegExp(`^(?:${pattern})$`).test(value)).toBe(isTaken);
});
