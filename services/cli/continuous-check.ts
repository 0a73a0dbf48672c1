import { costText, priceText } from '../../shared/continuous/cost.ts';
import {
  type ContinuousSource,
  checkSources,
  readSources,
} from '../../shared/continuous/sources.ts';
import { pricesOf } from '../../shared/prices/prices.ts';
import { counted, size } from '../../shared/text/units.ts';
import type { Finding, Plan } from './check.ts';
import { UsageError } from './errors.ts';
import type { SourceTraffic, Survey } from './survey.ts';

const DAYS_A_MONTH = 365 / 12;
const DAYS_METERED = 7;

/** The sources of a plan: whether they exist, their traffic as far as CloudWatch meters it, and their cost. */
export async function* checkContinuous(
  survey: Survey,
  { continuous }: Plan,
): AsyncGenerator<Finding> {
  const sources = await sourcesOf(survey, continuous);
  if (sources.length === 0) return;
  const prices = pricesOf(survey.region);
  yield { about: 'continuous', text: `${counted(sources.length, 'source')}; ${priceText(prices)}` };
  for (const source of sources) {
    const traffic = await survey.sourceTraffic(source.id);
    const month = traffic && (traffic.weekBytes * DAYS_A_MONTH) / DAYS_METERED;
    const cost = costText(source, month, prices);
    yield { about: source.id, text: `${describeTraffic(source, traffic, month)}: ${cost}` };
  }
}

async function sourcesOf(survey: Survey, continuous: string): Promise<ContinuousSource[]> {
  const faults: string[] = [];
  const complain = (fault: string) => void faults.push(fault);
  const sources = readSources(continuous, complain);
  checkSources(sources, await survey.sources(sources.map(({ id }) => id)), complain);
  if (faults.length > 0) throw new UsageError(faults.join('; '));
  return sources;
}

function describeTraffic(
  { resourceType }: ContinuousSource,
  traffic: SourceTraffic | undefined,
  month = 0,
): string {
  if (traffic === undefined)
    return `its traffic is not known, CloudWatch meters no ${resourceType}`;
  const amount = `${size(month)} a month at the rate of the last ${DAYS_METERED} days`;
  if (traffic.isWhole) return amount;
  return `at least ${amount}, which went through its NAT gateways; the rest is not known, CloudWatch meters no ${resourceType}`;
}
