import { expect, test } from '@jest/globals';
import { reportOn } from '../../../tests/reporter/story.ts';
import { writeMail } from '../render/mail.ts';
import { renderHtml } from '../render/page.ts';
import { renderText } from '../render/text.ts';
import { nothingText } from './nothing.ts';

const HEADER = 'interface-id srcaddr dstaddr start end bytes action log-status';
const text = (...lines: string[]) => [HEADER, ...lines, ''].join('\n');
const flow = 'eni-1 10.0.0.1 1.1.1.1 60 119 10 ACCEPT OK';
const status = (name: string) => `eni-1 - - 60 119 - - ${name}`;

const CASES = [
  ['without a line', '', {}, 'no line was read'],
  [
    'with windows without traffic',
    text(status('NODATA'), status('NODATA'), status('SKIPDATA')),
    {},
    '3 lines read, none of them a flow (2 NODATA, 1 SKIPDATA)',
  ],
  ['of what is no flow log', text('x y z'), {}, '1 line read, none of them a flow (1 malformed)'],
  [
    'of another gateway',
    text(flow),
    { gateway: new Set(['eni-2']) },
    'the only flow does not count (1 of other gateways)',
  ],
  [
    'of another time',
    text(flow, flow),
    { between: { from: 600, to: 700 } },
    'none of 2 flows counts (2 of another time)',
  ],
  [
    'of another leg',
    text(flow),
    { legs: 'private' },
    'the only flow does not count (1 of the other leg)',
  ],
  [
    'of which everything was refused',
    text(flow.replace('ACCEPT', 'REJECT')),
    {},
    'the only flow that counts was refused',
  ],
] as const;

test.each(CASES)(
  'a report %s says why it is empty, wherever it is shown',
  (_, lines, options, why) => {
    const report = reportOn(lines, {}, options);
    const sentence = `No traffic: ${why}`;
    expect(nothingText(report)).toBe(sentence);
    expect(report.headline).toMatchObject({ kind: 'none', text: sentence });
    expect(renderText(report)).toMatch(new RegExp(`^${sentence.replace(/[()]/g, '\\$&')}\n`));
    expect(renderHtml(report)).toContain(`<h1>${sentence}</h1>`);
    expect(renderHtml(report)).not.toContain('sources-table');
    expect(writeMail(report).subject).toContain(sentence);
  },
);

test('a report of flows without bytes says so, and has its tables', () => {
  const report = reportOn('srcaddr dstaddr\n10.0.0.1 1.1.1.1\n');
  expect(report.headline.text).toBe('no bytes in 1 flow');
  expect(renderHtml(report)).toContain('sources-table');
});

test('a report of traffic does not', () => {
  expect(nothingText(reportOn(text(flow)))).toBeUndefined();
});
