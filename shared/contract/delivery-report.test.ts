import { expect, test } from '@jest/globals';
import { metricsOf } from '../../services/forwarder/metrics.ts';
import { newReport } from '../../services/forwarder/report.ts';
import { readDeliveryReport } from './delivery-report.ts';

const published = (lagSeconds?: number): Record<string, number> => {
  const metrics = metricsOf({ ...newReport(3), lagSeconds }, [], 12.5);
  return Object.fromEntries(metrics.map(([name, , value]) => [name, value]));
};

test("the forwarder's metrics are read as a delivery report, with and without a lag", () => {
  for (const values of [published(), published(61.5)]) {
    expect(readDeliveryReport(values)).toMatchObject(values);
  }
});

test('metrics that are not there are zero, but for a lag that is not known', () => {
  const { DeliveryLagSeconds, ...counts } = readDeliveryReport({});
  expect(DeliveryLagSeconds).toBeUndefined();
  expect(Object.keys(counts)).toHaveLength(18);
  for (const count of Object.values(counts)) expect(count).toBe(0);
});

test.each([
  ['FlowsExported', -1, 'a number from 0'],
  ['FlowsExported', 0.5, 'a whole number'],
  ['BatchDurationMs', '5', 'a number'],
])('%s is not %j', (name, value, expected) => {
  expect(() => readDeliveryReport({ ...published(), [name]: value })).toThrow(
    `metrics of a delivery: ${name} is ${JSON.stringify(value)}, ${expected} was expected`,
  );
});
