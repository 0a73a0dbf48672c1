import { printable } from '../text/printable.ts';
import { cardsOf } from './cards/cards.ts';
import { kindOf } from './facts.ts';
import type { Message, NamedGateway, Sender } from './message.ts';

/** The version of the details' schemas: docs/events. A member that is added does not raise it. */
const EVENT_VERSION = '1';
/** The source of every event. No rule of the stack that starts a function matches it. */
const EVENT_SOURCE = 'natflow';

/** An entry of PutEvents, but for the bus. */
export interface FactEvent {
  readonly source: typeof EVENT_SOURCE;
  readonly detailType: string;
  /** Unix milliseconds. */
  readonly at: number;
  /** ARNs of the gateways. */
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * The event of a fact. Its detail has members to filter by, the text for people, and ready cards: a rule passes on one
 * of them with an InputPath such as `$.detail.cards.slack`. An input transformer could not leave out what a fact lacks.
 */
export function eventOf(message: Message, sender: Sender): FactEvent {
  const { fact, id, at, gateways, parts, detail, isCollected = false } = message;
  const { detailType, severity } = kindOf(fact);
  const links = (parts.links ?? []).map(({ text, url }) => ({ text, url }));
  return {
    ...{ source: EVENT_SOURCE, detailType, at, resources: gateways.map(arnIn(sender)) },
    detail: {
      ...{ version: EVENT_VERSION, id, fact, severity, stack: sender.stack },
      ...detail,
      ...{ title: printable(parts.subject), text: printable(parts.lead), links },
      ...(isCollected ? { collected: true } : { cards: cardsOf(message, sender) }),
    },
  };
}

/** Attributes of an SNS message by name: a text, or several. */
export type Attributes = Readonly<Record<string, string | readonly string[]>>;

/** The attributes by which subscriptions are filtered. */
export function attributesOf(messages: readonly Message[], { stack }: Sender): Attributes {
  const facts = messages.map(({ fact }) => fact);
  const gateways = messages.flatMap((message) => message.gateways.map(({ id }) => id));
  const [severity = 'info'] = facts.map((fact) => kindOf(fact).severity);
  return {
    ...{ stack, severity, fact: oneOrAll(facts) },
    ...(gateways.length > 0 && { gateway: oneOrAll(gateways.slice(0, MOST_GATEWAYS)) }),
  };
}

/** The most gateways in an attribute. A message of SNS may have 256 KB, its attributes included. */
const MOST_GATEWAYS = 1000;

function oneOrAll(texts: readonly string[]): string | string[] {
  const [only = ''] = texts;
  return texts.length === 1 ? only : [...texts];
}

function arnIn({ partition, region, account }: Sender): (gateway: NamedGateway) => string {
  return ({ id }) => `arn:${partition}:ec2:${region}:${account}:natgateway/${id}`;
}
