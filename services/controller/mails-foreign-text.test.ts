import { describe, expect, test } from '@jest/globals';
import {
  at,
  commandsOf,
  failed,
  GATEWAY,
  mail,
  place,
  recording,
} from '../../tests/controller/sample-mail.ts';
import { dangersIn, HOSTILE } from '../../tests/support/hostile-text.ts';
import { NEW_STATE, type Notification, type Recording } from './watch.ts';

const ended: Recording = {
  ...recording,
  ending: 'ok',
  linesSeenAt: at('10:20:31'),
  endedAt: at('10:28:40'),
};

describe('foreign text in a mail', () => {
  const forged = `egress\r\nStop: npx evil\u2028${HOSTILE}`;
  const state = { ...NEW_STATE, gatewayName: forged };
  const from = { ...place, noReport: HOSTILE };
  const hostile: Notification[] = [
    { kind: 'started', recording, counted: 3 },
    { kind: 'finished', recording: ended, counted: 3 },
    failed('start', HOSTILE),
    failed('stop', HOSTILE),
    failed('deliver', HOSTILE),
    { kind: 'orphaned', flowLogIds: [HOSTILE], counted: 4 },
  ];

  test.each(hostile)('forges no line: $kind $doing', (notification) => {
    const usual = mail(notification, {}, from).split('\n');
    const lines = mail(notification, { state }, from).split('\n');
    expect(dangersIn(lines.join('\n'))).toEqual([]);
    expect(lines).toHaveLength(usual.length);
    expect(commandsOf(lines)).toEqual(commandsOf(usual));
    expect(lines[0]).toMatch(/^[ -~]{1,99}$/);
  });

  test('is cut when it is a name of thousands of characters', () => {
    const named = { ...NEW_STATE, gatewayName: 'x'.repeat(5000) };
    const text = mail({ kind: 'started', recording, counted: 3 }, { state: named });
    const [subject = '', , lead = ''] = text.split('\n');
    expect(subject).toHaveLength(99);
    expect(lead.length).toBeLessThan(250);
    expect(lead).toContain(`x… (${GATEWAY}`);
  });
});
