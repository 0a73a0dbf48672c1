import { type MailText, mailText } from '../text/mail-text.ts';
import { type Attributes, attributesOf, eventOf, type FactEvent } from './event.ts';
import type { Message, Sender } from './message.ts';
import { sendEach } from './send-each.ts';

/** The ways of a message: SNS and EventBridge. */
export interface Ways {
  readonly mail: (text: MailText, attributes: Attributes) => Promise<void>;
  readonly event: (event: FactEvent) => Promise<void>;
}

/**
 * Sends a message as an event, and as a mail unless a digest sums it up. `done` has the ways on which it was sent before.
 * @throws PartlySent when one of them failed.
 */
export async function send(
  message: Message,
  sender: Sender,
  { mail, event }: Ways,
  done?: readonly string[],
): Promise<void> {
  const byEvent = { event: () => event(eventOf(message, sender)) };
  const byMail = { mail: () => mail(mailText(message.parts), attributesOf([message], sender)) };
  await sendEach(message.isCollected ? byEvent : { ...byMail, ...byEvent }, done);
}
