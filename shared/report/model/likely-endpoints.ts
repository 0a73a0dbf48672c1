import { breakEven, type Prices } from '../../prices/prices.ts';
import { GIB } from '../../text/units.ts';
import type { LikelyEndpoints, ServiceRow } from './report.ts';

/** Services that move many bytes and that flow logs call AMAZON, the heaviest as a rule first. */
const LIKELY = ['CloudWatch Logs', 'Kinesis', 'Data Firehose', 'SQS', 'ECR'];
const HOUR_S = 3600;
/** A rate of less time says nothing of an hour. */
const LEAST_S = 300;

/**
 * The services whose interface endpoint could be cheaper than the gateway; undefined where none can be. Flow logs
 * call most services AMAZON: only if all of them together pass the break-even can one of them.
 */
export function likelyEndpointsOf(
  services: readonly ServiceRow[],
  seconds: number,
  prices: Prices,
): LikelyEndpoints | undefined {
  const priced = services.filter(({ cost }) => cost !== null);
  const bytes = priced.find(({ service }) => service === 'AMAZON')?.bytes ?? 0;
  const gibPerHour = seconds < LEAST_S ? 0 : (bytes / GIB / seconds) * HOUR_S;
  const breakEvenGibPerHour = breakEven(prices);
  return gibPerHour > breakEvenGibPerHour
    ? { services: LIKELY, bytes, gibPerHour, breakEvenGibPerHour }
    : undefined;
}
