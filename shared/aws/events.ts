import { setTimeout } from 'node:timers/promises';
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { FactEvent } from '../notification/event.ts';
import { calling, Refusal } from './refusal.ts';

/** How often an event is put, and for how long EventBridge is left alone before the second time, in milliseconds. */
const ATTEMPTS = 3;
const PAUSE_MS = 200;
/** The codes of an entry that are worth a repetition. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
const WORTH_RETRYING = /ThrottlingException|InternalFailure|InternalException/;

/**
 * Puts an event on a bus. EventBridge answers 200 although an entry failed, and says so in the answer: such an entry
 * is put again twice.
 * @throws Refusal when EventBridge does not take the event; Error when it may take it later.
 */
export async function putEvent(
  client: EventBridgeClient,
  bus: string,
  { source, detailType, at, resources, detail }: FactEvent,
): Promise<void> {
  const command = new PutEventsCommand({
    Entries: [
      {
        ...{ EventBusName: bus, Source: source, DetailType: detailType, Time: new Date(at) },
        ...{ Resources: [...resources], Detail: JSON.stringify(detail) },
      },
    ],
  });
  for (let attempt = 1; ; attempt++) {
    const { FailedEntryCount = 0, Entries } = await calling(
      'events:PutEvents',
      client.send(command),
      bus,
    );
    if (FailedEntryCount === 0) return;
    const { ErrorCode = '', ErrorMessage = 'no reason' } = Entries?.[0] ?? {};
    const message = `events:PutEvents: ${ErrorCode}: ${ErrorMessage}`;
    if (!WORTH_RETRYING.test(ErrorCode)) throw new Refusal(message);
    if (attempt === ATTEMPTS) throw new Error(message);
    await setTimeout(attempt * PAUSE_MS);
  }
}
