import { type MailText, mailText } from '../../../shared/text/mail-text.ts';
import { shownName } from '../../../shared/text/shorten.ts';
import { counted } from '../../../shared/text/units.ts';
import { dashboard, type Place } from '../mail-parts.ts';
import type { NamedGateway, WatchNews } from './told.ts';

/** The most gateways of a kind that a mail names: SNS takes 256 KB, and a person reads less. */
const MOST_NAMED = 50;

/** The mail that tells which gateways got an alarm since the last one, and which have none any more. */
export function newsMail({ added, removed }: WatchNews, { region, dashboardUrl }: Place): MailText {
  const follows = added.length === 0 ? [] : [`follows ${brief(added)}`];
  const noLonger = removed.length === 0 ? [] : [`no longer follows ${brief(removed)}`];
  return mailText({
    subject: `natflow ${[...follows, ...noLonger].join(', and ')}`,
    lead: `Nothing to do: the NAT gateways in ${region} that NatGatewayIds chooses have changed, and natflow's alarms with them.`,
    facts: [
      ...listed(added, (each) => `Followed from now on: ${title(each)}.`),
      ...listed(removed, (each) => `No longer followed: ${title(each)}, ${reason(each)}.`),
      ...(added.length === 0
        ? []
        : ['A spike of a gateway that is followed is recorded as those of the others are.']),
      'Next mail about this: when they change again.',
    ],
    links: dashboard({ dashboardUrl }),
    commands: [],
  });
}

function brief(gateways: readonly NamedGateway[]): string {
  const [only] = gateways;
  if (only === undefined || gateways.length > 1) return counted(gateways.length, 'NAT gateway');
  return shownName(only.name ?? '') || only.id;
}

function title({ id, name = '' }: NamedGateway): string {
  const shown = shownName(name);
  return shown === '' ? id : `${shown} (${id})`;
}

function reason({ isDeleted }: WatchNews['removed'][number]): string {
  return isDeleted ? 'which is deleted' : 'which NatGatewayIds does not choose any more';
}

function listed<Each extends NamedGateway>(
  gateways: readonly Each[],
  sentence: (gateway: Each) => string,
): string[] {
  const left = gateways.length - MOST_NAMED;
  const named = gateways.slice(0, MOST_NAMED).map(sentence);
  return left > 0 ? [...named, `And ${counted(left, 'other')}.`] : named;
}
