import { describe, expect, test } from '@jest/globals';
import { reportOn, storyLines, storyMetrics } from '../../../tests/reporter/story.ts';
import { meteredBetween, meteredDuring, readMetrics } from './metrics.ts';

const result = (more: object = {}) => ({
  Id: 'a',
  Label: 'BytesInFromSource',
  Timestamps: ['2026-11-22T10:15:00Z', '2026-11-22T10:14:00Z'],
  Values: [5, 7],
  ...more,
});

describe('metrics', () => {
  test('of received bytes add up, and those of sent bytes do not count again', () => {
    const { periodSeconds, points } = readMetrics({
      MetricDataResults: [
        result(),
        result({ Label: 'BytesInFromDestination' }),
        result({ Label: 'BytesOutToSource' }),
      ],
    });
    expect(periodSeconds).toBe(60);
    expect(points.map(({ bytes }) => bytes)).toEqual([14, 10]);
  });

  test('need no name if there is only one result, and may have numeric times', () => {
    const one = result({ Label: 'm1', Timestamps: [60, 360], Values: [1, 2] });
    expect(readMetrics({ MetricDataResults: [one] })).toEqual({
      periodSeconds: 300,
      points: [
        { time: 60, bytes: 1 },
        { time: 360, bytes: 2 },
      ],
    });
  });

  test('count in the minutes that the recording touches', () => {
    const metered = readMetrics({ MetricDataResults: [result()] });
    const at = (time: string) => Date.parse(`2026-11-22T${time}Z`) / 1000;
    expect(meteredBetween(metered, at('10:14:30'), at('10:14:50'))).toBe(7);
    expect(meteredBetween(metered, at('10:14:59'), at('10:15:01'))).toBe(12);
    expect(meteredBetween(metered, at('10:16:00'), at('10:17:00'))).toBe(0);
    // Flows of a single second are in the period of that second.
    expect(meteredBetween(metered, at('10:14:59'), at('10:14:59'))).toBe(7);
    expect(meteredBetween(metered, at('10:15:00'), at('10:15:00'))).toBe(5);
  });

  test('of a part of a recording count by their part of the minutes at its edges', () => {
    const metered = readMetrics({ MetricDataResults: [result()] });
    const at = (time: string) => Date.parse(`2026-11-22T${time}Z`) / 1000;
    expect(meteredDuring(metered, at('10:14:00'), at('10:16:00'))).toBe(12);
    expect(meteredDuring(metered, at('10:15:00'), at('10:15:36'))).toBe(3);
    expect(meteredDuring(metered, at('10:14:51'), at('10:15:12'))).toBe(2);
    expect(meteredDuring(metered, at('10:15:00'), at('10:15:00'))).toBe(0);
  });

  test('are compared with the flows', () => {
    const { reconciliation, timeline } = reportOn(storyLines(), {
      metered: readMetrics(storyMetrics()),
    });
    expect(reconciliation?.percent?.toFixed(1)).toBe('98.3');
    expect(timeline?.metered).toHaveLength(15);
  });
});

describe('an answer of CloudWatch', () => {
  test.each([
    [null, 'x.json is null, an object was expected'],
    [{}, 'x.json: MetricDataResults is missing'],
    [{ MetricDataResults: [] }, 'x.json: MetricDataResults is a list, a list that is not empty'],
    [{ MetricDataResults: [null] }, 'x.json: MetricDataResults.0 is null, an object was expected'],
    [
      { MetricDataResults: [result({ Values: [1] })] },
      'x.json: MetricDataResults.0 is an object, one with as many Values as Timestamps',
    ],
    [
      { MetricDataResults: [result({ Timestamps: ['2026-11-22T10:15:00Z', 'x'] })] },
      'x.json: MetricDataResults.0.Timestamps.1 is "x", a time was expected',
    ],
    [
      { MetricDataResults: [result({ Timestamps: [1, 1e300] })] },
      'x.json: MetricDataResults.0.Timestamps.1 is 1e+300, a time was expected',
    ],
    [
      { MetricDataResults: [result({ Values: ['1', 2] })] },
      'x.json: MetricDataResults.0.Values.0 is "1", a number was expected',
    ],
    [
      { MetricDataResults: [result({ Values: [-1, 2] })] },
      'x.json: MetricDataResults.0.Values.0 is -1, a number of bytes was expected',
    ],
    [
      { MetricDataResults: [result({ Values: [1, 2 ** 53] })] },
      'x.json: MetricDataResults.0.Values.1 is 9007199254740992, a number of bytes below 2^53 was expected',
    ],
    [
      { MetricDataResults: [result({ Label: 'a' }), result({ Label: 'b' })] },
      'x.json: MetricDataResults is a list, one with a result named BytesInFromSource',
    ],
  ])('%j are refused', (answer, reason) => {
    expect(() => readMetrics(answer, 'x.json')).toThrow(reason);
  });
});
