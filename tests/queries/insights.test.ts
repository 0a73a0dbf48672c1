import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { reportOn, storyLines } from '../reporter/story.ts';
import { runInsights } from './insights.ts';
import { type Recording, recording } from './recordings.ts';
import { savedQueries } from './saved-queries.ts';

const QUERIES = savedQueries('AWS::Logs::QueryDefinition');
const query = (name: string) => QUERIES.get(`\${AWS::StackName}/${name}`) ?? '';
/** All rows: the saved queries show fifty. */
const whole = (text: string) => text.replace('limit 50', 'limit 1000000');

/** Bytes by client and by peer and port. */
function sums({ lines }: Recording, name: string, [client, peer, port]: readonly string[]) {
  const of = new Map<string, number>();
  const add = (key: unknown, gib: unknown) =>
    of.set(String(key), (of.get(String(key)) ?? 0) + Number(gib) * 2 ** 30);
  for (const row of runInsights(whole(query(name)), lines)) {
    add(row.get(client ?? ''), row.get('gib'));
    add(`${row.get(peer ?? '')} :${row.get(port ?? '')}`, row.get('gib'));
  }
  return of;
}

function compare(each: Recording): void {
  const text = [each.format.join(' '), ...each.lines, ''].join('\n');
  const { sources, destinations } = reportOn(text, { top: 1000 });
  const sent = sums(each, 'who sent, and to what', ['pkt_srcaddr', 'pkt_dstaddr', 'dstport']);
  const received = sums(each, 'who received, and from what', [
    ...['pkt_dstaddr', 'pkt_srcaddr', 'srcport'],
  ]);
  for (const side of ['upload', 'download'] as const) {
    const known = new Map<string, number>();
    for (const row of sources.rows) known.set(row.address, row[side]);
    for (const row of destinations.rows) {
      const key = `${row.address} :${row.port}`;
      known.set(key, (known.get(key) ?? 0) + row[side]);
    }
    const said = side === 'upload' ? sent : received;
    const differing = [...new Set([...known.keys(), ...said.keys()])].filter(
      (key) => Math.round(said.get(key) ?? 0) !== (known.get(key) ?? 0),
    );
    expect(differing).toEqual([]);
  }
}

test('the saved Logs Insights queries say of the story what the report says', () => {
  compare({
    kind: 'the story',
    format: RECORDING_FORMAT,
    lines: storyLines().trimEnd().split('\n').slice(1),
  });
});

test('and of any recording', () => {
  fc.assert(
    fc.property(recording, (each) => compare(each)),
    { numRuns: 50 },
  );
});

test.each([
  'filter',
  'fields @x | filtr a',
  'stats sum(a) as b',
  'sort a | limit x',
  'filter a = ',
])('what is no query of the language is refused: %s', (text) => {
  expect(() => runInsights(text, [])).toThrow(SyntaxError);
});
