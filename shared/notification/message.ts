import type { MailParts } from '../text/mail-text.ts';
import type { Fact } from './facts.ts';

/** A gateway by its id, and its name if it has one. */
export interface NamedGateway {
  readonly id: string;
  readonly name?: string | undefined;
}

/** What is sent of a fact: a mail, and an event with cards. */
export interface Message {
  readonly fact: Fact;
  /** Equal when a fact is sent again because it is not known whether it was sent. */
  readonly id: string;
  /** When it happened, Unix milliseconds. */
  readonly at: number;
  readonly gateways: readonly NamedGateway[];
  /** What the fact belongs to: the messages of one recording make a thread. */
  readonly thread: string;
  readonly parts: MailParts;
  /** The members of the event's detail that this fact alone has. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** A digest sums it up for people, so that its event alone is sent. */
  readonly isCollected?: boolean | undefined;
}

/** The stack that sends a message. */
export interface Sender {
  readonly stack: string;
  readonly region: string;
  readonly partition: string;
  readonly account: string;
}

/** The sender of a stack's messages. Partition and account are those of its topic. */
export function senderOf({
  stack,
  region,
  topicArn,
}: Pick<Sender, 'stack' | 'region'> & { readonly topicArn: string }): Sender {
  const [, partition = '', , , account = ''] = topicArn.split(':');
  return { stack, region, partition, account };
}
