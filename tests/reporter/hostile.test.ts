import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pricesOf } from '../../shared/prices/prices.ts';
import { renderCsv } from '../../shared/report/render/csv.ts';
import { writeMail } from '../../shared/report/render/mail.ts';
import { renderHtml } from '../../shared/report/render/page.ts';
import { renderText } from '../../shared/report/render/text.ts';
import { asGateways, reportOn, storyNetwork } from './story.ts';

const SCRIPT = '<script>alert(1)</script>';
/** Control characters except the newline, and bidirectional controls. */
const CONTROLS = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const FORMULA = '=HYPERLINK("http://evil.example","x")';

/** Lines and names that try to inject commands. */
const text = [
  'vpc-id interface-id az-id pkt-src-aws-service pkt-dst-aws-service srcaddr dstaddr pkt-srcaddr pkt-dstaddr bytes action log-status',
  `${SCRIPT} "onload=alert(1)// use1-az1 ${SCRIPT} ${SCRIPT} 10.20.3.41 10.20.0.220 10.20.3.41 52.1.1.1 1000 ACCEPT OK`,
  `$(reboot) eni-1 - =1+1 =1+1 10.20.3.17 10.20.0.220 10.20.3.17 52.1.1.2 900 ACCEPT OK`,
  '`reboot` eni-1 - S3 S3 10.20.5.8 10.20.0.220 10.20.5.8 52.1.1.3 800 ACCEPT OK',
  '',
].join('\n');

const network = {
  ...storyNetwork(),
  Reservations: [
    {
      Instances: [
        named('10.20.3.41', SCRIPT),
        named('10.20.3.17', FORMULA),
        named('10.20.5.8', 'a\u001b[2Jb\u202ec\r\nd'),
      ],
    },
  ],
  NetworkInterfaces: [],
};

function named(PrivateIpAddress: string, name: string) {
  return { InstanceId: `i-${name}`, PrivateIpAddress, Tags: [{ Key: 'Name', Value: name }] };
}

const deliveryError = `${SCRIPT}\u001b[2J\u202e\r\nFORGED`;
const recording = { startedAt: 0, endedAt: 60_000, deliveryError };
/** All of it went through NAT gateways, so that everything is shown. */
const gateways = asGateways('eni-1', '"onload=alert(1)//');
const report = reportOn(text, { network, recording }, gateways);

test('markup in data is text on the page', () => {
  const page = renderHtml(report);
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).not.toContain('<script');
  expect(page).not.toMatch(/<[^>]*\sonload=/);
  expect(page).not.toMatch(CONTROLS);
});

test('a formula is text in the CSV, and a row remains one row', () => {
  const csv = renderCsv(report);
  for (const row of csv.trimEnd().split('\r\n')) {
    for (const cell of cells(row)) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  }
  expect(csv).toContain(`"'=HYPERLINK(""http://evil.example"",""x"")"`);
  expect(csv).toContain("'=1+1");
});

/** Reads RFC 4180; no cell here has a newline. */
function cells(row: string): string[] {
  return [...row.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  );
}

test('the text has no control characters and no bidirectional controls', () => {
  const shown = renderText(report) + writeMail(report).body;
  expect(shown).not.toMatch(CONTROLS);
});

test('a region that tries to inject a command does not appear in one', () => {
  const lines = 'srcaddr dstaddr bytes\n10.0.0.1 1.1.1.1 9\n';
  const name = 'us\u009b2J\u202e';
  const shown = renderText(
    reportOn(lines, { region: { name, isAssumed: true }, prices: pricesOf(name) }),
  );
  expect(shown).toContain(String.raw`no price known for us\u009b2J\u202e`);
  expect(shown).not.toMatch(CONTROLS);
});

test('a long name is not cut within a character', () => {
  const lines = 'srcaddr dstaddr bytes\n10.20.3.41 1.1.1.1 9\n';
  const Reservations = ['', 'x'].map((odd) => [
    named('10.20.3.41', `${odd}${'\u{1f642}'.repeat(60)}`),
  ]);
  for (const Instances of Reservations) {
    const page = renderHtml(reportOn(lines, { network: { Reservations: [{ Instances }] } }));
    expect(page).toContain('…');
    expect(page.isWellFormed()).toBe(true);
  }
});

test('commands take ids only', () => {
  const commands = reportOn(text, {}, gateways).advice.map(({ command = '' }) => command);
  expect(commands.join()).not.toMatch(/[$`;<>"'|&]/);
  expect(commands.join()).toContain('UNREADABLE_ID');
  const optional = text.replaceAll('$(reboot)', '--no-verify-ssl').replaceAll('=1+1', 'S3');
  const [line = ''] = reportOn(
    optional,
    { region: { name: '-x', isAssumed: false } },
    gateways,
  ).advice.map(({ command = '' }) => command);
  expect(line).not.toMatch(/ (--no-verify-ssl|-x)/);
});

test('any text can be reported on', () => {
  const field = fc.constantFrom(
    '10.0.0.1',
    '2001:db8::1',
    '-',
    '0',
    '4294967295',
    'S3',
    '<i>',
    'OK',
  );
  const line = fc.array(field, { minLength: 8, maxLength: 8 }).map((values) => values.join(' '));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20, size: 'max' }), (lines) => {
      const header = 'srcaddr dstaddr start end bytes vpc-id pkt-dst-aws-service log-status';
      const made = reportOn([header, ...lines].join('\n'), { network, threshold: 1 });
      expect(renderHtml(made)).not.toContain('<i>');
      expect(renderText(made)).not.toContain('NaN');
      expect(renderHtml(made)).not.toContain('NaN');
      expect(writeMail(made).subject).toMatch(/^[ -~]{1,100}$/);
    }),
    { numRuns: 40 },
  );
}, 30_000);
