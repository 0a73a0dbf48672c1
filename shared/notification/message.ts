import type { MailParts } from '../text/mail-text.ts';
import type { Fact } from './facts.ts';

/** A gateway by its id, and its name if it has one. */
export interface NamedGateway {
  readonly id: string;
  readonly name?: string | undefined;
}

/** A fact as it is told, on every way that it goes. */
export interface Message {
  readonly fact: Fact;
  /** The same when the fact is told again, because it is not known whether it was told. */
  readonly id: string;
  /** When the fact came about, Unix milliseconds. */
  readonly at: number;
  readonly gateways: readonly NamedGateway[];
  /** What the fact belongs to: the messages of one recording make a thread. */
  readonly thread: string;
  readonly parts: MailParts;
  /** The members of the event's detail that this fact has. */
  readonly about: Readonly<Record<string, unknown>>;
  /** A digest tells it to people, so that only its event is sent. */
  readonly isCollected?: boolean | undefined;
}

/** Whose messages these are. */
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
