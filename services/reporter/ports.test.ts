import { expect, test } from '@jest/globals';
import { MESSAGES } from '../../tests/notification/samples.ts';
import { portsOf } from './ports.ts';

const PLACE = {
  ...{ stack: 'natflow', region: 'us-east-1', dashboardUrl: undefined },
  topicArn: 'arn:aws:sns:us-east-1:123456789012:natflow',
  ...{ version: '0.0.0', account: '123456789012', monthlyReportOf: undefined },
};
const [message] = MESSAGES;

/** Sends one message as often as Lambda repeats the invocation; `failing` are the ways that fail, by attempt. */
async function send(...failing: readonly (readonly ('mail' | 'event')[])[]) {
  const notes = new Map<string, readonly string[]>();
  const sent: string[] = [];
  const ends: string[] = [];
  for (const ways of failing) {
    const way = (name: 'mail' | 'event') => async () => {
      if (ways.includes(name)) throw new Error(`no ${name}`);
      sent.push(name);
    };
    const { notify } = portsOf(
      {
        ...{ mail: way('mail'), event: way('event') },
        sentWays: async (id: string) => [...(notes.get(id) ?? [])],
        noteSentWays: async (id: string, done: readonly string[]) => void notes.set(id, done),
      } as never,
      PLACE,
      () => {},
    );
    const end = await notify('rec-1', message as never).then(() => 'sent', String);
    ends.push(end);
  }
  return { sent, ends, notes };
}

test('an invocation that is repeated because one way failed leaves the other out', async () => {
  const { sent, ends, notes } = await send(['event'], ['event'], []);
  expect(sent).toEqual(['mail', 'event']);
  expect(ends).toEqual(['Error: no event', 'Error: no event', 'sent']);
  expect(notes.get('rec-1')).toEqual([]);
});

test('when the mail failed, the event is not sent again with it', async () => {
  const { sent } = await send(['mail'], []);
  expect(sent).toEqual(['event', 'mail']);
});

test('nothing is noted when both ways failed, or none', async () => {
  expect((await send(['mail', 'event'])).notes.size).toBe(0);
  expect((await send([], [])).sent).toEqual(['mail', 'event', 'mail', 'event']);
});
