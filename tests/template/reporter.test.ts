import { expect, test } from '@jest/globals';
import { archive } from '../../shared/aws/archive.ts';
import type { Objects } from '../../shared/aws/objects.ts';
import { overviewOf } from '../../shared/report/model/overview.ts';
import { reportOn, storyLines } from '../reporter/story.ts';
import { expandedTemplate, walk } from './cloudformation.ts';
import { statements } from './policies.ts';

const main = expandedTemplate();
const all = statements(main);
const DEAD_LETTERS = { 'Fn::GetAtt': ['DeadLetters', 'Arn'] };

test('functions that schedules invoke send failed events to the dead-letter queue, and are allowed to', () => {
  const woken = all.find(({ path }) => path.startsWith('SchedulerPolicy.'))?.resources ?? [];
  const functions = woken.map((arn) => (arn as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0] ?? '');
  expect(functions).toEqual(['ControllerFunction', 'ReporterFunction']);
  for (const name of functions) {
    const { EventInvokeConfig, Role } = main.Resources[name]?.Properties ?? {};
    expect(EventInvokeConfig).toMatchObject({
      DestinationConfig: { OnFailure: { Type: 'SQS', Destination: DEAD_LETTERS } },
    });
    const [role] = (Role as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
    const sends = all.filter(({ actions }) => actions.includes('sqs:SendMessage'));
    expect(sends.find(({ path }) => path.startsWith(`${role}.`))?.resources).toEqual([
      DEAD_LETTERS,
    ]);
  }
});

test('every retry policy has a dead-letter queue beside it', () => {
  const retried = [...walk(main.Resources)].filter(([path]) => path.at(-1) === 'RetryPolicy');
  const parents = retried.map(([path]) => path.slice(0, -1).join('.'));
  const kept = [...walk(main.Resources)]
    .filter(([path]) => path.at(-1) === 'DeadLetterConfig')
    .map(([path]) => path.slice(0, -1).join('.'));
  expect(parents.length).toBeGreaterThan(1);
  expect(parents.filter((parent) => !kept.includes(parent))).toEqual([]);
});

test('the reporter may read recordings, names and reports, and write reports and summaries only', () => {
  const below = (...names: string[]) =>
    names.map((name) => ({ 'Fn::Sub': `\${Archive.Arn}/${name}/*` }));
  const ofReporter = all.filter(({ path }) => path.startsWith('ReporterRole.'));
  const onArchive = ofReporter.filter(
    ({ actions: [first = ''], resources }) =>
      first.startsWith('s3:') && JSON.stringify(resources).includes('Archive'),
  );
  expect(onArchive.map(({ actions, resources }) => [actions, resources])).toEqual([
    [['s3:ListBucket'], [{ 'Fn::GetAtt': ['Archive', 'Arn'] }]],
    [
      ['s3:GetObject'],
      below('flows', 'errors/processing-failed', 'names', 'dns', 'reports', 'recordings'),
    ],
    [['s3:PutObject'], below('reports', 'recordings')],
  ]);
});

test('stream, reporter and Athena agree on the folder of an hour', async () => {
  const { linesUrl } = archive({} as Objects, 'bucket');
  const found = linesUrl(new Date('2026-11-22T10:14:30Z'));
  const value = (resource: string, name: string) =>
    [...walk(main.Resources[resource])].find(([path]) => path.at(-1) === name)?.[1];
  const prefix = String(value('FlowStream', 'Prefix'));
  expect(`s3://bucket/${prefix}`.replace('!{timestamp:yyyy/MM/dd/HH}', '2026/11/22/10')).toBe(
    found,
  );
  const failed = String(value('FlowStream', 'ErrorOutputPrefix'))
    .replace('!{firehose:error-output-type}', 'processing-failed')
    .replace('!{timestamp:yyyy/MM/dd/HH}', '2026/11/22/10');
  const asked: string[] = [];
  const list: Objects['list'] = ({ prefix }) => {
    asked.push(prefix);
    return nothing();
  };
  const hour = [new Date('2026-11-22T10:14:30Z'), new Date('2026-11-22T10:28:30Z')] as const;
  await archive({ list } as Partial<Objects> as Objects, 'bucket')
    .errors(...hour)
    .next();
  expect(asked).toEqual([failed]);
  const location = value('FlowTable', 'storage.location.template') as { 'Fn::Sub': string };
  const read = location['Fn::Sub']
    .replace('${Archive}', 'bucket')
    .replace('${!hour}', '2026/11/22/10');
  expect(read).toBe(found);
  expect(value('FlowTable', 'projection.hour.format')).toBe('yyyy/MM/dd/HH');
});

async function* nothing() {
  yield* [];
}

test('the dashboard shows the fields that the reporter logs', () => {
  const logged = Object.keys(overviewOf('id', reportOn(storyLines())));
  const body = [...walk(main.Resources['Dashboard'])].find(([path]) => path.at(-1) === 'Fn::Sub');
  const [, fields = ''] = /message = 'reported' \| fields ([^|]+)/.exec(String(body?.[1])) ?? [];
  const names = fields.split(',').map((field) => field.trim().split(' ')[0]);
  expect(names.toSorted()).toEqual(logged.toSorted());
});
