import { invokeCommand } from '../../shared/command-line.ts';
import { pricesOf, type RecordingPrice } from '../../shared/prices/prices.ts';
import { type MailText, mailText } from '../../shared/text/mail-text.ts';
import { shownName } from '../../shared/text/shorten.ts';
import { counted, dollars, duration, size, unitPrice } from '../../shared/text/units.ts';
import { utcMinute } from '../../shared/text/utc.ts';
import type { BudgetNotification, Reached, Usage } from './budget.ts';
import { dashboard, type Place } from './mail-parts.ts';

/** So many gateways are named; the others are counted. */
const MOST_NAMES = 10;

/** The mail that tells a notification of the budget. `prices` are those that the amounts were computed by. */
export function writeBudgetMail(
  notification: BudgetNotification,
  prices: readonly RecordingPrice[],
  place: Place,
): MailText {
  return notification.kind === 'reached'
    ? reachedMail(notification, prices, place)
    : unmeteredMail(notification, place);
}

function reachedMail(reached: Reached, prices: readonly RecordingPrice[], place: Place): MailText {
  const { by, at, limits, usage } = reached;
  const limit = by === 'dollars' ? dollars(limits.dollars) : hours(limits.recordingTime);
  const parameter = by === 'dollars' ? 'MonthlyBudget' : 'MonthlyRecordingHours';
  const until = utcMinute(usage.until);
  return mailText({
    subject: `${limit} of ${parameter} reached: natflow records nothing more this month`,
    lead: `Reset the budget, or raise ${parameter}: stack ${place.stack} (${place.region}) records nothing until ${until} UTC, because ${parameter} of ${limit} is reached.`,
    facts: [
      spentText(usage, prices, place),
      `Recording time: ${hours(usage.recordingTime)} of all gateways together${ofLimit(limits.recordingTime)}.`,
      `Ended at ${utcMinute(at)} UTC: ${listOf(reached.ended, 'no recording was running')}.`,
      `Not recorded although the alarm was raised then: ${listOf(reached.spikes, 'none')}. Later spikes are not recorded either.`,
      `The budget is reset on ${until} UTC by itself, and at once by the command below. Spikes that last then are recorded within five minutes.`,
      'Next mail: when each of these recordings is over. None comes about spikes that are not recorded.',
    ],
    links: dashboard(place),
    commands: [
      { purpose: 'Reset the budget', line: budgetCommand(place, 'reset-budget') },
      { purpose: 'Show the budget', line: budgetCommand(place, 'budget') },
    ],
  });
}

/** What was spent comes before what is expected: CloudWatch shows the newest lines minutes later. */
function spentText(usage: Usage, prices: readonly RecordingPrice[], place: Place): string {
  const perGib = prices.map(({ part, perGib: price }) => `${part} ${unitPrice(price)}`).join(', ');
  const { source } = pricesOf(place.region);
  const spent = `Spent since ${utcMinute(usage.since)} UTC: ${dollars(usage.dollars)} for ${size(usage.bytes)} of flow log lines, as CloudWatch shows by then, at ${perGib} a GB (${source}).`;
  return usage.expectedDollars === usage.dollars
    ? spent
    : `${spent} With the lines that it does not show yet, and those that come until the recordings have ended, about ${dollars(usage.expectedDollars)} at the rate of the last minutes.`;
}

function unmeteredMail(
  { at, reason }: Extract<BudgetNotification, { kind: 'unmetered' }>,
  place: Place,
): MailText {
  return mailText({
    subject: `natflow records nothing: what recording costs is not known`,
    lead: `See to the reason below: stack ${place.stack} (${place.region}) has a MonthlyBudget, and since ${utcMinute(at)} UTC it is not known what recording costs.`,
    facts: [
      `Reason: ${reason}`,
      'Recordings end, and none begins, because they could exceed the budget unseen. natflow asks again every five minutes, and records as soon as CloudWatch answers.',
      'Without MonthlyBudget natflow records without asking. MonthlyRecordingHours limits recordings without CloudWatch.',
      'Next mail: when each of the recordings that run is over. None comes when CloudWatch answers again.',
    ],
    links: dashboard(place),
    commands: [{ purpose: 'Show the budget', line: budgetCommand(place, 'budget') }],
  });
}

function budgetCommand(place: Place, command: 'budget' | 'reset-budget'): string {
  return invokeCommand(place, 'controller', { command });
}

function listOf(gateways: Reached['ended'], otherwise: string): string {
  if (gateways.length === 0) return otherwise;
  const names = gateways.slice(0, MOST_NAMES).map(({ gatewayId, gatewayName = '' }) => {
    const name = shownName(gatewayName);
    return name === '' ? gatewayId : `${name} (${gatewayId})`;
  });
  const others = gateways.length - names.length;
  return [...names, ...(others > 0 ? [counted(others, 'other')] : [])].join(', ');
}

function hours(ms: number): string {
  return duration(Math.round(ms / 1000));
}

function ofLimit(ms: number): string {
  return ms === 0 ? '' : `, of ${hours(ms)}`;
}
