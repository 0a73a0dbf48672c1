import { expect, test } from '@jest/globals';
import { cardsOf } from '../../shared/notification/cards/cards.ts';
import { MESSAGES, SENDER } from '../notification/samples.ts';
import { expandedTemplate, readTemplate, walk } from './cloudformation.ts';
import { statements } from './policies.ts';

const main = expandedTemplate();
const cards = readTemplate('infra/cards.yaml');
const text = JSON.stringify(cards.Resources);

test('functions may put events of the source natflow alone, on the bus of the parameter', () => {
  const putting = statements(main).filter(({ actions }) => actions.includes('events:PutEvents'));
  expect(putting.map(({ path }) => path.split('.')[0])).toEqual(['ControllerRole', 'ReporterRole']);
  for (const { conditions, resources } of putting) {
    expect(conditions).toEqual([{ 'events:source': 'natflow' }]);
    expect(JSON.stringify(resources)).toContain(':event-bus/${EventBus}');
  }
});

test("no event of natflow's starts a function or fills a queue of natflow's", () => {
  for (const [{ Resources }, rules] of [
    [main, ['ChatRule']],
    [cards, ['CardRule', 'PagerDutyRule']],
  ] as const) {
    const own = [...walk(Resources)].filter(
      ([path, value]) =>
        path.at(-1) === 'source' &&
        path.some((part) => /Pattern/.test(part)) &&
        Array.isArray(value) &&
        value.includes('natflow'),
    );
    expect(own.map(([path]) => path[0])).toEqual(rules);
    for (const id of rules) {
      const targets = JSON.stringify(Resources[id]?.Properties?.['Targets']);
      const arns = [...targets.matchAll(/"Arn":\{"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/g)].map(
        ([, to = '']) => to,
      );
      const others = arns.filter((to) => to !== 'DeadLetters');
      expect(others.filter((to) => !/Destination$|^ChatNotifications$/.test(to))).toEqual([]);
    }
  }
});

test('each target gets a card that events have, and what cannot be delivered is kept', () => {
  const made = MESSAGES.flatMap((message) => Object.keys(cardsOf(message, SENDER)));
  const paths: string[] = [];
  for (const { Resources } of [main, cards]) {
    const ofDeadLetters = JSON.stringify(Resources['DeadLettersPolicy']);
    for (const [id, { Type, Properties = {} }] of Object.entries(Resources)) {
      if (Type !== 'AWS::Events::Rule') continue;
      const targets = JSON.stringify(Properties['Targets']);
      const inputs = targets.matchAll(/"InputPath":"\$\.detail\.cards\.(\w+)"/g);
      paths.push(...[...inputs].map(([, card = '']) => card));
      expect(targets.match(/DeadLetterConfig/g)?.length).toBe(targets.match(/"Id":/g)?.length);
      expect(ofDeadLetters).toContain(`{"Fn::GetAtt":["${id}","Arn"]}`);
    }
  }
  expect(paths.sort()).toEqual(['chat', 'pagerDuty', 'slack', 'teams']);
  for (const path of paths) expect(made).toContain(path);
});

test('tokens are references to a secret, and stand in connections alone', () => {
  const references = [...walk(cards.Resources)].filter(([, value]) =>
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
  expect(JSON.stringify(main)).not.toContain('resolve:');
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
  const pattern = cards.Parameters['TeamsUrl']?.AllowedPattern;
  expect(new RegExp(`^(?:${pattern})$`).test(value)).toBe(isTaken);
});
