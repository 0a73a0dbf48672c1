import { expect, test } from '@jest/globals';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { reportOn, storyLines } from '../../tests/reporter/story.ts';
import { answer } from './answer.ts';

const refuse = () => Promise.reject(new Error('not asked for'));

test('the list leaves out a report that lacks what an earlier release did not write', async () => {
  const report = reportOn(storyLines());
  const { headline: _, ...earlier } = report;
  const files = new Map([
    ['nat-1-20261122T101430Z-1', renderJson(report)],
    ['nat-1-20261121T101430Z-1', JSON.stringify(earlier)],
  ]);
  const { recordings = [] } = await answer(
    { command: 'list' },
    { version: '0', region: 'us-east-1', format: RECORDING_FORMAT },
    {
      reports: async function* () {
        yield* files.keys();
      },
      report: async (id) => files.get(id),
      ...{
        link: refuse,
        archive: async function* () {},
        errors: async function* () {},
        names: async function* () {},
        queryLogs: async function* () {},
        asn: async function* () {},
        describe: refuse,
        meter: refuse,
      },
      ...{ ipRanges: undefined, pageScript: refuse },
      ...{ summary: refuse, storeSummary: refuse, summariesOf: refuse, central: undefined },
      ...{ outbox: { load: refuse, save: refuse }, placeOf: refuse as never },
      ...{ summariesIn: refuse, summariesFrom: undefined, storeMonth: refuse },
      monthMail: () => ({ load: refuse, save: refuse }),
      ...{ storeReport: refuse, notify: refuse, warn: () => {}, now: () => 0 },
    },
  );
  expect(recordings.map(({ id }) => id)).toEqual(['nat-1-20261122T101430Z-1']);
});
