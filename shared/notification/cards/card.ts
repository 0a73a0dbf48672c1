import type { Link, MailCommand } from '../../text/mail-text.ts';
import { printable } from '../../text/printable.ts';
import { shorten } from '../../text/shorten.ts';
import { utcSecond } from '../../text/utc.ts';
import { kindOf, type Severity } from '../facts.ts';
import type { Message, Sender } from '../message.ts';

/** A message that is short enough for every card, as printable text. */
export interface Card {
  readonly id: string;
  readonly thread: string;
  readonly fact: string;
  readonly severity: Severity;
  readonly page: 'trigger' | 'resolve' | undefined;
  /** ISO 8601. */
  readonly at: string;
  readonly gatewayId: string | undefined;
  readonly title: string;
  readonly lead: string;
  readonly facts: readonly string[];
  readonly links: readonly Link[];
  readonly commands: readonly MailCommand[];
  /** The stack, its account and region, and the time, in one line. */
  readonly footer: string;
  readonly sender: Sender;
}

/**
 * The limits that all cards keep, in characters: those of the strictest of them. A header of Slack has 150, a section
 * 3000, the address of a button 3000; a card in Teams has 28 KB.
 * https://docs.slack.dev/reference/block-kit/blocks/header-block
 * https://docs.slack.dev/reference/block-kit/block-elements/button-element
 * https://learn.microsoft.com/en-us/microsoftteams/limits-specifications-teams
 */
const LONGEST_TITLE = 150;
const LONGEST_LEAD = 1000;
const LONGEST_FACT = 600;
const LONGEST_FACTS = 2800;
const LONGEST_COMMANDS = 2400;
const LONGEST_URL = 3000;
const LONGEST_URLS = 6000;
/** The actions that clients of Adaptive Cards show. */
const MOST_LINKS = 5;

/** The message as all cards show it. Text that is too long is cut; a link or a command is left out, as half of one is useless. */
export function cardOf(message: Message, sender: Sender): Card {
  const { fact, id, thread, at, gateways, parts } = message;
  const { severity, page } = kindOf(fact);
  const facts = parts.facts
    .filter((text) => text !== '')
    .map((text) => shorten(printable(text), LONGEST_FACT));
  const commands = parts.commands.map(({ purpose, line }) => ({
    ...{ purpose: shorten(printable(purpose), LONGEST_FACT), line: printable(line) },
  }));
  const links = (parts.links ?? []).filter(({ url }) => url.length <= LONGEST_URL);
  return {
    ...{ id, thread, fact, severity, page, sender },
    at: new Date(at).toISOString(),
    gatewayId: gateways.length === 1 ? gateways[0]?.id : undefined,
    title: shorten(printable(parts.subject), LONGEST_TITLE),
    lead: shorten(printable(parts.lead), LONGEST_LEAD),
    facts: upTo(LONGEST_FACTS, facts, (text) => text.length),
    links: upTo(LONGEST_URLS, links, ({ url }) => url.length).slice(0, MOST_LINKS),
    commands: upTo(LONGEST_COMMANDS, commands, ({ purpose, line }) => purpose.length + line.length),
    footer: `${sender.stack}, account ${sender.account}, ${sender.region}, ${utcSecond(at)} UTC`,
  };
}

/** The beginning of a list whose texts have this many characters together, at most. */
function upTo<T>(most: number, all: readonly T[], lengthOf: (each: T) => number): T[] {
  let length = 0;
  const end = all.findIndex((each) => {
    length += lengthOf(each);
    return length > most;
  });
  return all.slice(0, end < 0 ? all.length : end);
}
