import type { Message, Sender } from '../message.ts';
import { cardOf } from './card.ts';
import { type ChatNotification, chatCard } from './chat.ts';
import { type PagerDutyEvent, pagerDutyEvent } from './pagerduty.ts';
import { type SlackMessage, slackCard } from './slack.ts';
import { type TeamsMessage, teamsCard } from './teams.ts';

/** The bodies that chats and PagerDuty take of one message. */
export interface Cards {
  readonly chat: ChatNotification;
  readonly slack: SlackMessage;
  readonly teams: TeamsMessage;
  /** Absent for a fact that makes no alert. */
  readonly pagerDuty?: PagerDutyEvent;
}

export function cardsOf(message: Message, sender: Sender): Cards {
  const card = cardOf(message, sender);
  const pagerDuty = pagerDutyEvent(card);
  return {
    ...{ chat: chatCard(card), slack: slackCard(card), teams: teamsCard(card) },
    ...(pagerDuty && { pagerDuty }),
  };
}
