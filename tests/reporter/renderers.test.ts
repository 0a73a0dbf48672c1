import { describe, expect, test } from '@jest/globals';
import { readMetrics } from '../../shared/report/measure/metrics.ts';
import { renderCsv } from '../../shared/report/render/csv.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { writeMail } from '../../shared/report/render/mail.ts';
import { renderHtml } from '../../shared/report/render/page.ts';
import { renderText } from '../../shared/report/render/text.ts';
import { dollars } from '../../shared/text/units.ts';
import { asGateways, GATEWAY, reportOn, storyLines, storyMetrics, storyNetwork } from './story.ts';

const report = reportOn(storyLines(), {
  network: storyNetwork(),
  metered: readMetrics(storyMetrics()),
  threshold: 2 ** 30,
  top: 3,
});
const json = JSON.parse(renderJson(report));
const text = renderText(report);
const page = renderHtml(report);
const csv = renderCsv(report);
const mail = writeMail(report, {
  reportUrl: 'https://reports.example/r.html',
  recordingsLeft: '7 of 10',
});

/** The bytes in a column of the page's table. */
function pageBytes(table: string, column: number, columns: number): number[] {
  const [, body = ''] =
    new RegExp(`<table id="${table}".*?<tbody[^>]*>(.*?)</tbody>`, 's').exec(page) ?? [];
  const values = [...body.matchAll(/<data value="(\d+)"/g)].map(([, value]) => Number(value));
  return values.filter((_, index) => index % columns === column);
}

/** The bytes in a column of the CSV. */
function csvBytes(table: string, column: string): number[] {
  const [header = '', ...rows] = csv.trimEnd().split('\r\n');
  const at = header.split(',').indexOf(column);
  return rows
    .map((row) => row.split(','))
    .filter(([name]) => name === table)
    .map((row) => Number(row[at]));
}

const all = (table: { rows: { bytes: number }[]; others: { bytes: number; count: number } }) =>
  [...table.rows, ...(table.others.count > 0 ? [table.others] : [])].map(({ bytes }) => bytes);

describe('all outputs of a report have the same bytes', () => {
  test('in the total', () => {
    const { bytes } = json.totals.forwarded;
    const spelled = bytes.toLocaleString('en-US');
    expect(text).toContain(`${spelled} bytes in`);
    expect(page).toContain(`<data id="total-bytes" value="${bytes}">${spelled} bytes</data>`);
    expect(csvBytes('sources', 'bytes').reduce((a, b) => a + b, 0)).toBe(bytes);
    expect(pageBytes('sources-table', 2, 3).reduce((a, b) => a + b, 0)).toBe(bytes);
  });

  test('in every source', () => {
    expect(csvBytes('sources', 'bytes')).toEqual(all(json.sources));
    expect(pageBytes('sources-table', 2, 3)).toEqual(all(json.sources));
    expect(pageBytes('sources-table', 1, 3)).toEqual(csvBytes('sources', 'upload_bytes'));
    expect(pageBytes('sources-table', 0, 3)).toEqual(csvBytes('sources', 'download_bytes'));
  });

  test.each(['services', 'destinations', 'ports', 'pairs'] as const)(
    'in every row of %s',
    (table) => {
      expect(csvBytes(table, 'bytes')).toEqual(all(json[table]));
      expect(pageBytes(`${table}-table`, 0, 1)).toEqual(all(json[table]));
    },
  );

  test('in money and shares', () => {
    for (const shown of [text, page, mail.body]) expect(shown).toContain('98.3%');
    for (const shown of [text, page]) {
      expect(shown).toContain('$1.87');
    }
    const costs: number[] = json.pairs.rows.map(({ cost }: { cost: number }) => cost);
    const savings: number[] = json.advice.map(({ saving }: { saving: number }) => saving);
    for (const amount of [...costs, ...savings]) {
      for (const shown of [text, page]) expect(shown).toContain(dollars(amount));
    }
    expect(json.cost.avoidablePerDay.toFixed(2)).toBe('163.48');
    expect(json.reconciliation.percent.toFixed(1)).toBe('98.3');
    for (const shown of [text, page]) expect(shown).toContain('$190.28 a day if it went on');
  });

  test('in the number of lines', () => {
    const { read, ok } = json.records;
    const words = (number: number) => number.toLocaleString('en-US');
    expect(text).toContain(`records in ${words(read)} = ${words(ok)} OK`);
    expect(page).toContain(`${words(read)} lines = ${words(ok)} flows`);
    expect(mail.body).toContain(`Lines of this gateway: ${words(ok)} flows, `);
  });
});

describe('the text', () => {
  test('says who, to what and what to do', () => {
    expect(text).toMatch(
      /^\$1\.42 etl-worker-7 → S3, 75\.7% of 41\.60 GiB\n\n\$1\.87 spent on 41\.60 GiB through prod-egress-a in 14 min 10 s \(420 Mbit\/s\)\n/,
    );
    expect(text).toMatch(/\netl-worker-7 → S3 +31\.51 +75\.7% +\$1\.42\n/);
    expect(text).toMatch(
      /\netl-worker-7 {2}10\.20\.3\.41 +33\.51 +0\.44 +33\.95 +81\.6% +\$1\.53\n/,
    );
    expect(text).toMatch(/\nothers \(37\) +1\.39 +0\.13 +1\.52 +3\.7% +\$0\.068\n/);
    expect(text).toMatch(/\nS3 +35\.12 +84\.4% +\$1\.58\n/);
    expect(text).toContain('S3: gateway endpoint, free');
    expect(text).toContain('aws ec2 create-vpc-endpoint');
  });

  test('of an empty recording is complete', () => {
    const empty = reportOn('');
    expect(renderText(empty)).toContain('records in 0 = 0 OK');
    expect(renderHtml(empty)).toContain('No traffic: no line was read');
    expect(writeMail(empty).subject).toBe('No traffic: no line was read (flow logs)');
    expect(renderCsv(empty).split('\r\n')).toHaveLength(2);
  });

  test('states that no line has bytes', () => {
    const { totals } = reportOn('srcaddr dstaddr\n10.0.0.1 1.1.1.1\n');
    expect(totals.flows).toBe(1);
    expect(renderText(reportOn('srcaddr dstaddr\n10.0.0.1 1.1.1.1\n'))).toContain(
      'no line says how many bytes',
    );
  });
});

describe('wording depends on the numbers', () => {
  const line = (start: number, end: number) =>
    `srcaddr dstaddr bytes start end action\n10.0.0.1 1.1.1.1 1 ${start} ${end} ACCEPT\n`;

  test('one item is in the singular', () => {
    const one = reportOn(`${line(60, 120)}10.0.0.1 1.1.1.1 1 60 120 REJECT\n`);
    const shown = [renderText(one), renderHtml(one), writeMail(one).body].join('\n');
    expect(shown).toContain('1 byte in 1 flow,');
    expect(shown).toContain('REJECTED (1 flow)');
    expect(shown).not.toMatch(/\b1 (bytes|flows|lines|windows)\b/);
  });

  test('traffic within one second has a time but no rate', () => {
    const instant = renderHtml(reportOn(line(60, 60)));
    expect(instant).toContain('<dd>0 s</dd><dd>all within the same second</dd>');
    expect(instant).not.toContain('no line has a time');
    expect(renderHtml(reportOn('srcaddr dstaddr\n10.0.0.1 1.1.1.1\n'))).toContain(
      'no line has a time',
    );
  });

  test('there is no rate of a time that is not known, or short', () => {
    const timeless = 'srcaddr dstaddr pkt-dst-aws-service bytes\n10.0.0.1 1.1.1.1 S3 99999999999\n';
    expect(renderHtml(reportOn(timeless))).not.toContain('a day if it went on');
    expect(renderHtml(reportOn(line(60, 300)))).not.toContain('a day if it went on');
  });

  test('no line of a table is wider than a terminal, but commands are whole', () => {
    const tables = text.split('\n\n').filter((part) => /^(WHO|TOP|BY)/.test(part));
    expect(tables).toHaveLength(3);
    for (const row of tables.join('\n').split('\n')) expect(row.length).toBeLessThanOrEqual(80);
  });

  test('traffic is stated even when no source is shown', () => {
    const { subject } = writeMail(reportOn(storyLines(), { top: 0 }));
    expect(subject).toBe('$1.42 10.20.3.41 -> S3, 75.7% of 41.60 GiB (eni-0a11bb22cc33dd44e)');
  });

  test('advice of any length is printed completely', () => {
    const vpc = `vpc-${'0'.repeat(100)}`;
    const lines = `interface-id srcaddr dstaddr pkt-dstaddr vpc-id pkt-dst-aws-service bytes\neni-1 10.0.0.1 10.0.0.9 1.1.1.1 ${vpc} S3 9\n`;
    expect(renderText(reportOn(lines, {}, asGateways('eni-1')))).toMatch(
      new RegExp(`\\(not checked whether ${vpc} has it\\), if .* reach other regions\n`),
    );
  });
});

describe('the time axis', () => {
  const ticks = (start: string, seconds: number) => {
    const from = Date.parse(start) / 1000;
    const line = (at: number) => `10.0.0.1 1.1.1.1 9 ${at} ${at}`;
    const lines = [line(from), line(from + seconds)].join('\n');
    const shown = renderHtml(reportOn(`srcaddr dstaddr bytes start end\n${lines}\n`));
    return [...shown.matchAll(/text-anchor="middle">([^<]*)<\/text><\/g>/g)].map(
      ([, text]) => text,
    );
  };

  test('has the same times of day as the table', () => {
    expect(ticks('2026-11-22T22:40:00Z', 2400)).toEqual(
      expect.arrayContaining(['22:45', '23:00', '23:15']),
    );
    expect(ticks('2026-11-22T22:40:00Z', 30)).toContain(':30');
  });

  test('has a date where a day begins, and a year where a year begins', () => {
    expect(ticks('2026-11-22T18:00:00Z', 43_200)).toEqual(
      expect.arrayContaining(['22:00', '11-23', '02:00']),
    );
    expect(ticks('2026-11-22T18:00:00Z', 400 * 86_400)).toEqual(
      expect.arrayContaining(['12-01', '2027', '02-01']),
    );
  });
});

describe('the page', () => {
  test('is one small file that loads nothing and runs nothing', () => {
    expect(page.length).toBeLessThan(500_000);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\ssrc=|\sstyle=|\son\w+=/i);
    expect(page).toContain('default-src &#39;none&#39;');
  });

  test('names the gateway by all its names', () => {
    expect(page).toContain(
      '<title>$1.42 etl-worker-7 → S3, 75.7% of 41.60 GiB (prod-egress-a)</title>',
    );
    expect(page).toContain('<h1>$1.42 etl-worker-7 → S3, 75.7% of 41.60 GiB</h1>');
    expect(page).toContain('<strong>prod-egress-a</strong>');
    expect(page).toContain(GATEWAY);
  });

  test('has a table for every chart', () => {
    expect(page).toContain('The numbers of this chart');
    expect([
      ...page.matchAll(/scope="row" class="name"><span [^>]*>2026-11-22 10:\d\d</g),
    ]).toHaveLength(15);
  });
});
