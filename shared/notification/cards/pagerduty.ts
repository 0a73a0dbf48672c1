import type { EventPayloadV2 } from '@pagerduty/pdjs/build/src/events.d.ts';
import type { Card } from './card.ts';

/** An event of PagerDuty's Events API v2, but for the routing key, which is a secret. */
export type PagerDutyEvent = Omit<EventPayloadV2, 'routing_key'>;

/**
 * Opens the gateway's alert, or resolves it; undefined for a fact that makes no alert. Alerts of one gateway share a key,
 * so that the end of a recording resolves what its start and its failures opened.
 * https://developer.pagerduty.com/docs/send-alert-event
 */
export function pagerDutyEvent(card: Card): PagerDutyEvent | undefined {
  const { page, severity, title, lead, facts, links, gatewayId, fact, at, sender } = card;
  if (page === undefined) return undefined;
  return {
    event_action: page,
    dedup_key: ['natflow', sender.account, sender.region, sender.stack, gatewayId ?? fact].join(
      '/',
    ),
    payload: {
      ...{ summary: title, severity, timestamp: at },
      source: gatewayId ?? sender.stack,
      ...{ component: 'NAT gateway', group: sender.stack, class: fact },
      custom_details: {
        ...{ lead, facts: facts.join('\n'), account: sender.account, region: sender.region },
        commands: card.commands.map(({ line }) => line).join('\n'),
      },
    },
    links: links.map(({ text, url }) => ({ href: url, text })),
  };
}
