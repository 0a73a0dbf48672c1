import type { StackPlace } from '../../shared/command-line.ts';
import type { Link } from '../../shared/text/mail-text.ts';
import { shownName } from '../../shared/text/shorten.ts';
import type { Watch } from './watch.ts';

/** Where the mail comes from, and what it leads to. */
export interface Place extends StackPlace {
  readonly dashboardUrl?: string | undefined;
  /** Recordings are reported on, so long after their end (ms). */
  readonly report?: { readonly delay: number } | undefined;
  /** Why this one is not reported on after all. */
  readonly noReport?: string | undefined;
}

/** The link to the dashboard, if there is one. */
export function dashboard({ dashboardUrl }: Pick<Place, 'dashboardUrl'>): Link[] {
  return dashboardUrl === undefined ? [] : [{ text: 'Dashboard', url: dashboardUrl }];
}

/** The name of a gateway, or its id. */
export function nameOf({ gatewayId, state }: Watch): string {
  return shownName(state.gatewayName ?? '') || gatewayId;
}

/** A gateway with its name, id and region. */
export function title({ gatewayId, state }: Watch, { region }: Place): string {
  const name = shownName(state.gatewayName ?? '');
  return name === ''
    ? `NAT gateway ${gatewayId} (${region})`
    : `NAT gateway ${name} (${gatewayId}, ${region})`;
}
