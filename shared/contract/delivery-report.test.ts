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
    expect(readDeliveryReport(values)).toEqual(values);
  }
});

test('a missing metric is named', () => {
  const { DatagramErrors, ...others } = published();
  expect(() => readDeliveryReport(others)).toThrow(
    'metrics of a delivery: DatagramErrors is missing',
  );
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
