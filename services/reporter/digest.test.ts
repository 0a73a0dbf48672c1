import { expect, test } from '@jest/globals';
import type { Message } from '../../shared/notification/message.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { mailText } from '../../shared/text/mail-text.ts';
import {
  asGateways,
  GATEWAY,
  INTERFACE,
  reportOn,
  storyLines,
} from '../../tests/reporter/story.ts';
import { sendDigest } from './digest.ts';

const priced = (natPerGib: number) =>
  renderJson(
    reportOn(
      storyLines(),
      {
        ...{ gateway: { id: GATEWAY, name: 'prod-egress-a' } },
        prices: { natPerGib, recordingPerGib: 0.38, endpointPerGib: 0.01, source: 'test' } as never,
      },
      asGateways(INTERFACE),
    ),
  );
const idOf = (hour: string) => `${GATEWAY}-20261122T${hour}1430Z-1`;
const SINCE = Date.UTC(2026, 10, 22, 22);

/** The message of a digest of the recordings whose reports are these, by their hour. */
async function digestOf(
  reports: Readonly<Record<string, string>>,
  missing: readonly string[] = [],
) {
  const files = new Map(Object.entries(reports).map(([hour, json]) => [idOf(hour), json]));
  const told: Message[] = [];
  const recordingIds = [...Object.keys(reports), ...missing].map(idOf);
  await sendDigest(
    { gatewayId: GATEWAY, gatewayName: 'prod-egress-a', since: SINCE, recordingIds },
    {
      report: async (id) => files.get(id),
      link: async (id) => `https://archive.example/${id}`,
      notify: async (_, message) => void told.push(message),
      now: () => SINCE,
    },
  );
  return told[0] as Message;
}

test('a digest has the dearest first, the sum, links, and those without a report', async () => {
  const message = await digestOf({ '22': priced(0.045), '23': priced(0.09) }, ['21']);
  const { subject, body } = mailText(message.parts);
  expect(subject).toBe('$5.62 in 3 recordings of prod-egress-a since 2026-11-22 22:00 UTC');
  expect(
    body
      .split('\n')
      .slice(0, 6)
      .map((line) => line.slice(0, 64)),
  ).toEqual([
    'Look at the dearest of the 3 recordings of prod-egress-a since 2',
    'Together: $5.62 for 83.20 GiB in 2 recordings.',
    expect.stringMatching(/^2026-11-22 23:14 UTC, \$3\.74 for 41\.60 GiB in 14 min/),
    expect.stringMatching(/^2026-11-22 22:14 UTC, \$1\.87 for 41\.60 GiB in 14 min/),
    `Without a report by now: ${idOf('21')}.`.slice(0, 64),
    expect.stringMatching(/^Report of 2026-11-22 23:14 UTC \(a link lasts some hours\): https/),
  ]);
  expect(message.detail).toMatchObject({
    recordings: [{ id: idOf('23') }, { id: idOf('22') }, { id: idOf('21') }],
    totals: { recordings: 3, reported: 2, priced: 2 },
  });
});

test.each([
  ['no report is there', {}],
  ['a report is of another release', { '22': '{}' }],
])('a digest says so when %s', async (_, reports) => {
  const message = await digestOf(reports, ['21']);
  const { subject, body } = mailText(message.parts);
  expect(subject).toMatch(/^\d recordings? of prod-egress-a since 2026-11-22 22:00 UTC$/);
  expect(body).toContain(`Without a report by now: `);
  expect(body).not.toContain('Together');
});
