import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ROOT } from '../../infra/root.ts';
import type { Cards } from '../../shared/notification/cards/cards.ts';
import { cardsOf } from '../../shared/notification/cards/cards.ts';
import { eventOf } from '../../shared/notification/event.ts';
import { FACTS, type Fact } from '../../shared/notification/facts.ts';
import type { Message } from '../../shared/notification/message.ts';
import { HOSTILE } from '../support/hostile-text.ts';
import { anyMessage } from './any-message.ts';
import { chatFaults, eventFaults, pagerDutyFaults, slackFaults, teamsFaults } from './published.ts';
import { MESSAGES, reported, SENDER } from './samples.ts';
import { entryOf } from './write-samples.ts';

const CHECKS = [chatFaults, slackFaults, teamsFaults, pagerDutyFaults];
const faultsOf = (message: Message) => [
  ...eventFaults(eventOf(message, SENDER)),
  ...CHECKS.flatMap((check) => check(cardsOf(message, SENDER))),
];
const byFact = (fact: Fact) => MESSAGES.find((message) => message.fact === fact) as Message;

test('there is a sample of every fact', () => {
  expect(MESSAGES.map(({ fact }) => fact).sort()).toEqual(Object.keys(FACTS).sort());
});

test.each(MESSAGES.map((message) => [message.fact, message] as const))(
  '%s: event and cards are what their schemas publish, and docs/events has this sample',
  (fact, message) => {
    expect(faultsOf(message)).toEqual([]);
    const sample = readFileSync(join(ROOT, `docs/events/${fact}.sample.json`), 'utf8');
    expect(JSON.parse(sample)).toEqual(entryOf(message));
  },
);

test.each([
  ['an unknown member', { whatever: 1 }, / must NOT have unevaluated properties/],
  ['another fact', { fact: 'recording-ended' }, / must have required property/],
  ['a time without a date', { spikeAt: '10:14' }, / must match format "date-time"/],
])('the check of events finds %s', (_, change, fault) => {
  const event = eventOf(byFact('recording-limit-reached'), SENDER);
  const faults = eventFaults({ ...event, detail: { ...event.detail, ...change } });
  expect(faults.join('\n')).toMatch(fault);
});

test('the checks of cards find what their services refuse', () => {
  const cards = cardsOf(byFact('recording-started'), SENDER);
  const { chat, slack, teams, pagerDuty } = structuredClone(cards);
  const [attachment] = teams.attachments;
  const planted = {
    chat: { ...chat, source: 'natflow' },
    slack: {
      ...slack,
      blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
    },
    teams: {
      ...teams,
      attachments: [
        {
          ...attachment,
          content: { type: 'AdaptiveCard', version: '1.4', body: [{ type: 'Nope' }] },
        },
      ],
    },
    pagerDuty: { ...pagerDuty, payload: { ...pagerDuty?.payload, summary: 'x'.repeat(1025) } },
  } as unknown as Cards;
  expect(CHECKS.map((check) => check(planted).length)).toEqual([1, 1, 1, 1]);
});

test('events and cards of any text are what their schemas publish', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      expect(faultsOf(message)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('foreign text mentions no channel, hides no address and controls no client in any card', () => {
  const foreign = `${HOSTILE} <!channel> [free](https://evil.example) @here`;
  const parts = { subject: foreign, lead: foreign, facts: [foreign], commands: [] };
  const { chat, slack, teams } = cardsOf({ ...byFact('recording-started'), parts }, SENDER);
  const chatText = JSON.stringify(chat);
  expect(chatText).not.toMatch(/<!channel>|\]\(/);
  expect(slack.text).not.toContain('<!channel>');
  expect(JSON.stringify(slack.blocks)).not.toContain('mrkdwn');
  expect(JSON.stringify(teams)).not.toMatch(/"(TextBlock|FactSet)"/);
  for (const each of [chatText, JSON.stringify(slack), JSON.stringify(teams)]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(each).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  }
});

test('a report without bytes, and one without a price, have their events', () => {
  const sample = byFact('recording-reported');
  const { headline, cost } = sample.detail as {
    headline: Record<string, unknown>;
    cost: Record<string, unknown>;
  };
  for (const change of [
    { headline: { ...headline, kind: 'none', source: null, name: null, target: null, cost: null } },
    { headline: { ...headline, cost: null }, cost: { ...cost, total: null, perDay: undefined } },
    { window: undefined, seconds: 0 },
  ]) {
    expect(faultsOf({ ...sample, detail: { ...sample.detail, ...change } })).toEqual([]);
  }
  expect(reported).toBeDefined();
});

test('a collected fact has its event, and no card', () => {
  const { detail } = eventOf({ ...byFact('recording-ended'), isCollected: true }, SENDER);
  expect(detail).toMatchObject({ collected: true, fact: 'recording-ended' });
  expect(detail).not.toHaveProperty('cards');
});
