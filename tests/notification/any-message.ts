import fc from 'fast-check';
import type { Message } from '../../shared/notification/message.ts';
import { HOSTILE } from '../support/hostile-text.ts';
import { MESSAGES } from './samples.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom('', HOSTILE, '東京'.repeat(200), '<!channel> [x](https://evil) `*_~', 'a\nb'),
);
/** A message of any fact, with any text in it. */
export const anyMessage: fc.Arbitrary<Message> = fc
  .record({
    sample: fc.constantFrom(...MESSAGES),
    name: fc.option(text, { nil: undefined }),
    subject: text,
    lead: text,
    facts: fc.array(text, { maxLength: 60 }),
    urls: fc.array(fc.nat({ max: 4000 }), { maxLength: 12 }),
    lines: fc.array(text, { maxLength: 6 }),
    isCollected: fc.boolean(),
  })
  .map(({ sample, name, subject, lead, facts, urls, lines, isCollected }) => ({
    ...sample,
    isCollected,
    gateways: sample.gateways.map(({ id }) => ({ id, name })),
    detail:
      'gateway' in sample.detail
        ? { ...sample.detail, gateway: { id: sample.gateways[0]?.id, name } }
        : sample.detail,
    parts: {
      // Every writer of mails has a subject and a lead.
      ...{ subject: `s${subject}`, lead: `l${lead}`, facts },
      links: urls.map((length) => ({
        text: 'Report',
        url: `https://a.example/${'x'.repeat(length)}`,
      })),
      commands: lines.map((line) => ({ purpose: line, line: `aws ${line}` })),
    },
  }));
