import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../infra/root.ts';
import { eventOf } from '../../shared/notification/event.ts';
import type { Message } from '../../shared/notification/message.ts';
import { MESSAGES, SENDER } from './samples.ts';

/** An event of a message as a rule's target gets it. */
export function entryOf(message: Message): object {
  const { source, detailType, at, resources, detail } = eventOf(message, SENDER);
  const event = {
    ...{ version: '0', id: '11111111-2222-3333-4444-555555555555', 'detail-type': detailType },
    ...{ source, account: SENDER.account, time: new Date(at).toISOString() },
    ...{ region: SENDER.region, resources, detail },
  };
  return JSON.parse(JSON.stringify(event));
}

// As a program it writes the samples of docs/events anew.
if (process.argv[1] === import.meta.filename) {
  for (const message of MESSAGES) {
    const text = `${JSON.stringify(entryOf(message), undefined, 2)}\n`;
    writeFileSync(join(ROOT, `docs/events/${message.fact}.sample.json`), text);
  }
}
