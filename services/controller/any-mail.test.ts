import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  commandsOf,
  failed,
  GATEWAY,
  mail,
  recording,
} from '../../tests/controller/sample-mail.ts';
import type { Place } from './mail-parts.ts';
import { NEW_STATE, type Notification } from './watch.ts';

const spikes = fc.record({
  period: fc.constantFrom(60, 300),
  recentDatapoints: fc.array(fc.double({ min: 1, max: 1e15, noNaN: true }), { minLength: 1 }),
  threshold: fc.double({ min: 1, max: 1e15, noNaN: true }),
});
const recordings = fc
  .record({
    spike: fc.option(spikes, { nil: undefined }),
    cause: fc.constantFrom('alarm', 'manual'),
    startedAt: fc.integer({ min: 0, max: 4e12 }),
    seconds: fc.integer({ min: 0, max: 90_000 }),
    deadline: fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined }),
    linesSeenAt: fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined }),
    deliveryError: fc.option(fc.constant('Access error'), { nil: undefined }),
    ending: fc.constantFrom('ok', 'time', 'manual', 'vanished', 'closed'),
  })
  .map(({ spike, seconds, ...rest }) => ({
    ...recording,
    ...rest,
    reasonData: spike && JSON.stringify(spike),
    endedAt: rest.startedAt + 1000 * seconds,
  }));
const counted = fc.integer({ min: 1, max: 20 });
const notifications: fc.Arbitrary<Notification> = fc.oneof(
  fc.record({ kind: fc.constant('started'), recording: recordings, counted }),
  fc.record({ kind: fc.constant('finished'), recording: recordings, counted }),
  fc.tuple(fc.constantFrom('start', 'stop', 'deliver'), fc.string()).map((args) => failed(...args)),
  fc.record({ kind: fc.constant('capped'), spikeAt: fc.nat(), cap: counted }),
  fc.record({
    kind: fc.constant('orphaned'),
    flowLogIds: fc.array(fc.stringMatching(/^fl-[0-9a-f]{17}$/), { minLength: 1, maxLength: 3 }),
    counted,
  }),
);
const names = fc.option(fc.stringMatching(/^[a-z0-9 ;&$`'"-]{1,80}$/), { nil: undefined });
const places: fc.Arbitrary<Place> = fc.record({
  stack: fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,60}$/),
  region: fc.constantFrom('us-east-1', 'eu-west-1'),
  dashboardUrl: fc.option(fc.constant('https://dashboard'), { nil: undefined }),
  report: fc.option(fc.record({ delay: fc.integer({ min: 60_000, max: 3_600_000 }) }), {
    nil: undefined,
  }),
  noReport: fc.option(fc.constant('not allowed'), { nil: undefined }),
});
const rules = fc.record({
  recordingTime: fc.constant(900_000),
  minimumRecordingTime: fc.constant(0),
  firstLinesWait: fc.constant(0),
  numOfRecordings: fc.constantFrom(0, 1, 10),
});

/** Checks a property of random mails, whose lines begin with the subject. */
function checkMails(
  check: (lines: readonly string[], notification: Notification, name: string) => void,
): void {
  const property = fc.property(
    notifications,
    names,
    places,
    rules,
    (told, gatewayName, from, by) => {
      const changes = { state: { ...NEW_STATE, gatewayName }, rules: by };
      check(mail(told, changes, from).trimEnd().split('\n'), told, gatewayName ?? GATEWAY);
    },
  );
  fc.assert(property);
}

/** How a subject begins that has an amount; the others begin with the gateway. */
function amountOf(notification: Notification): RegExp {
  const rate = /^[\d,.]+ (B|[KMG]iB)\/min /;
  switch (notification.kind) {
    case 'started':
      return notification.recording.reasonData === undefined ? /^/ : rate;
    case 'finished':
      return notification.recording.ending === 'vanished'
        ? /^Recording of /
        : /^[\d,]+ (s|min \d+ s|h \d+ min) recording of /;
    case 'failed':
      return notification.doing === 'start' ? rate : /^/;
    case 'capped':
      return rate;
    case 'orphaned':
      return /^\d flow logs? of /;
    case 'digest':
      return /^\d+ recordings? of /;
  }
}

test('any mail says the amount, where there is one, and the gateway within forty characters', () => {
  checkMails(([subject = ''], notification, name) => {
    expect(subject.length).toBeLessThan(100);
    const amount = amountOf(notification);
    expect(subject).toMatch(amount);
    const begin = (name.trim() || GATEWAY).replace(/ +/g, ' ').slice(0, 10);
    expect(subject.replace(amount, '').startsWith(begin)).toBe(true);
    expect(subject.indexOf(begin) + begin.length).toBeLessThanOrEqual(40);
  });
});

test('any mail begins with what to do, in a whole sentence, and says what the next mail says', () => {
  checkMails(([, , lead = '', ...rest]) => {
    expect(lead).toMatch(/^(Nothing to do|Nothing to do yet|See|Reset) ?.*: .*NAT gateway .*\.$/);
    expect(rest.filter((line) => line.startsWith('Next mail: '))).toHaveLength(1);
    expect(rest.slice(0, rest.indexOf('')).length).toBeLessThanOrEqual(8);
  });
});

test('any mail ends in commands of the AWS CLI, each alone on its line with its region', () => {
  checkMails((lines, notification) => {
    const text = lines.join('\n');
    expect(text).not.toMatch(/\bnpx\b|checkout|clone/);
    const commands = commandsOf(lines);
    const isClosed = notification.kind === 'finished' && notification.recording.ending === 'closed';
    expect(commands).toHaveLength(isClosed ? 0 : 1);
    for (const command of commands) {
      expect(lines.at(-1)).toBe(command);
      expect(command).toMatch(
        /^echo '\{"command":"[a-z]+"(,"gatewayId":"nat-[0-9a-f]+")?\}' \| aws lambda invoke --region [a-z0-9-]+ --function-name [A-Za-z0-9-]+-controller --payload fileb:\/\/\/dev\/stdin \/dev\/stdout$/,
      );
    }
  });
});
