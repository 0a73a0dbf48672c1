import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../infra/root.ts';
import { FACTS } from '../../shared/notification/facts.ts';

const docs = readFileSync(join(ROOT, 'docs/notifications.md'), 'utf8');
const blocks = [...docs.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json));
const sample = (fact: string) =>
  JSON.parse(readFileSync(join(ROOT, `docs/events/${fact}.sample.json`), 'utf8'));

test('the samples of docs/notifications.md are those that events and cards are tested with', () => {
  const reported = sample('recording-reported');
  const { chat, slack, teams, pagerDuty } = sample('recording-started').detail.cards;
  const { cards: _, ...detail } = reported.detail;
  expect(blocks.slice(1)).toEqual([{ ...reported, detail }, chat, slack, teams, pagerDuty]);
});

test('docs/notifications.md has every fact with its detail-type and severity', () => {
  for (const [fact, { detailType, severity }] of Object.entries(FACTS)) {
    expect(docs).toContain(`| \`${fact}\` | ${detailType} | ${severity} | `);
  }
});
