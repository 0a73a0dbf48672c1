import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { filtersText } from '../../shared/report/render/pick.ts';
import { START } from '../reporter/story.ts';
import { interfaceOf, linesOf, type Talk } from '../reporter/talks.ts';
import { openFolder } from '../support/folder.ts';
import { natflow } from '../support/run-natflow.ts';
import { faultsOf } from './axe.ts';
import { type Browser, startBrowser } from './browser.ts';
import { MISPLACED } from './layout.ts';

const MINUTE = START - (START % 60);
const PEERS = [
  { peer: '52.216.8.51', service: 'S3' },
  { peer: '52.216.9.12', service: 'S3' },
  { peer: '3.218.180.9', service: 'DYNAMODB' },
  { peer: '198.51.100.9', service: '-' },
  { peer: '203.0.113.77', service: '-' },
];
/** Seven sources that talk to five peers on two ports for a quarter of an hour, each pair with bytes of its own. */
const TALKS = Array.from({ length: 7 * 5 * 15 }, (_, number): Talk => {
  const [source, minute] = [number % 7, Math.floor(number / 35)];
  const { peer = '', service = '' } = PEERS[Math.floor(number / 7) % 5] ?? {};
  const port = (number + minute) % 3 === 0 ? 80 : 443;
  const bytes = (source + 1) ** 3 * 100_003 * (minute + 1) + number;
  return {
    ...{ client: `10.20.3.${10 + source}`, peer, service, port },
    ...{ start: MINUTE + minute * 60, seconds: 60, bytes },
  };
});
const LINES = linesOf(TALKS).trimEnd().split('\n');
const column = (line: string, name: string) =>
  line.split(' ')[RECORDING_FORMAT.indexOf(name)] ?? '';

const folder = openFolder();
const NAT = ['--nat', interfaceOf(0)];

/** What the command says of these lines alone. */
async function reported(lines: readonly string[]): Promise<Report> {
  const file = folder.write('some.log', `${[LINES[0], ...lines].join('\n')}\n`);
  const { stdout, stderr, code } = await natflow('report', file, ...NAT, '--json');
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

let browser: Browser;
let html = '';
beforeAll(async () => {
  browser = await startBrowser();
  const [log, page] = [folder.write('all.log', LINES.join('\n')), join(folder.path, 'page.html')];
  const { code, stderr } = await natflow('report', log, ...NAT, '--html', page);
  if (code !== 0) throw new Error(stderr);
  html = readFileSync(page, 'utf8');
});
afterAll(() => browser.close());

/** The exact bytes of the rows of a table, by what stands in their first cell. */
async function rowsOf(page: Page, table: string): Promise<Record<string, number>> {
  return page.evaluate(`Object.fromEntries(
    [...document.querySelectorAll('#${table} tbody tr:not(.rest)')].map((row) => [
      row.querySelector('th').textContent.trim().replace(/addresses.*$/s, ''),
      Number(row.querySelector('td.bytes data').getAttribute('value')),
    ]),
  )`);
}

/** The numbers that a page shows. */
async function shownBy(page: Page) {
  return {
    headline: await page.locator('h1').innerText(),
    bytes: Number(await page.locator('#total-bytes').getAttribute('value')),
    sources: await rowsOf(page, 'sources-table'),
    pairs: await rowsOf(page, 'pairs-table'),
    services: await rowsOf(page, 'services-table'),
    destinations: await rowsOf(page, 'destinations-table'),
    ports: await rowsOf(page, 'ports-table'),
    up: await page.locator('#sources-table tfoot td').nth(2).locator('data').getAttribute('value'),
  };
}

const SERVICES: Readonly<Record<string, string>> = { DYNAMODB: 'DynamoDB' };

/** The numbers that a page of this report has to show. */
function expected(report: Report): Awaited<ReturnType<typeof shownBy>> {
  const rows = <R extends { readonly bytes: number }>(
    table: { readonly rows: readonly R[] },
    nameOf: (row: R) => string,
  ) => Object.fromEntries(table.rows.map((row) => [nameOf(row), row.bytes]));
  return {
    headline: report.headline.text,
    bytes: Number(report.totals.forwarded.bytes),
    sources: rows(report.sources, ({ address }) => address),
    pairs: rows(report.pairs, ({ address, target }) => `${address} → ${target}`),
    services: rows(
      report.services,
      ({ service }) => SERVICES[service ?? ''] ?? service ?? 'not AWS',
    ),
    destinations: rows(report.destinations, ({ address }) => address),
    ports: rows(report.ports, ({ port }) => `${port}`),
    up: `${report.totals.upload.bytes}`,
  };
}

type Case = readonly [
  string,
  filters: Parameters<typeof filtersText>[0],
  (line: string) => boolean,
];

const isOf = (client: string) => (line: string) =>
  [column(line, 'pkt-srcaddr'), column(line, 'pkt-dstaddr')].includes(client);
const isWith = (peer: string) => isOf(peer);
const isS3 = (line: string) =>
  [column(line, 'pkt-src-aws-service'), column(line, 'pkt-dst-aws-service')].includes('S3');
const isAt = (minute: number) => (line: string) =>
  Number(column(line, 'start')) === MINUTE + minute * 60;
const isPort = (port: string) => (line: string) =>
  [column(line, 'srcport'), column(line, 'dstport')].includes(port);
const timeOf = (minute: number) =>
  new Date((MINUTE + minute * 60) * 1000).toISOString().slice(0, 16).replace('T', ' ');

const CASES: readonly Case[] = [
  ['a source', [{ by: 'source', is: '10.20.3.16' }], isOf('10.20.3.16')],
  ['a service', [{ by: 'service', is: 'S3' }], isS3],
  ['a target', [{ by: 'target', is: '198.51.100.9' }], isWith('198.51.100.9')],
  ['a minute', [{ by: 'time', is: timeOf(9) }], isAt(9)],
  [
    'a destination',
    [{ by: 'destination', is: '52.216.9.12 :443' }],
    (line) => isWith('52.216.9.12')(line) && isPort('443')(line),
  ],
  [
    'two sources, a service and two minutes',
    [
      { by: 'source', is: '10.20.3.16' },
      { by: 'source', is: '10.20.3.12' },
      { by: 'service', is: 'S3' },
      { by: 'time', is: timeOf(3) },
      { by: 'time', is: timeOf(4) },
    ],
    (line) =>
      (isOf('10.20.3.16')(line) || isOf('10.20.3.12')(line)) &&
      isS3(line) &&
      (isAt(3)(line) || isAt(4)(line)),
  ],
];

describe.each(CASES)('a page filtered by %s', (_, filters, isMatching) => {
  test('shows what a report of the matching lines says', async () => {
    const { page, messages, requests } = await browser.open(html, { hash: filtersText(filters) });
    const report = await reported(LINES.slice(1).filter(isMatching));
    expect(await shownBy(page)).toEqual(expected(report));
    expect(await page.locator('.chip').count()).toBe(filters.length);
    expect(messages).toEqual([]);
    expect(requests).toEqual([]);
  });
});

test('without filters it shows what the report of all lines says', async () => {
  const { page } = await browser.open(html);
  expect(await shownBy(page)).toEqual(expected(await reported(LINES.slice(1))));
});

test('a click filters, a chip takes the filter away, and the address keeps both', async () => {
  const { page, messages } = await browser.open(html);
  const before = await page.locator('main').innerHTML();
  await page.locator('#sources-table button.pick', { hasText: '10.20.3.16' }).click();
  await page.locator('#pairs-table button.pick', { hasText: 'S3' }).click();
  const hash = await page.evaluate('location.hash');
  expect(hash).toBe('#source=10.20.3.16&target=S3');
  const { page: linked } = await browser.open(html, { hash: String(hash).slice(1) });
  expect(await shownBy(linked)).toEqual(await shownBy(page));
  await page.goBack();
  expect(await page.locator('.chip').allInnerTexts()).toEqual(['source: 10.20.3.16\n×']);
  await page.locator('.chip button').click();
  expect(await page.evaluate('location.hash')).toBe('');
  expect(await page.locator('main').innerHTML()).toBe(before);
  expect(messages).toEqual([]);
});

test('a click on a band and on a step of the chart filters by both of its ends, and by its time', async () => {
  const { page } = await browser.open(html);
  await page.locator('path.band').first().dispatchEvent('click');
  expect(await page.locator('.chip').count()).toBe(2);
  await page.locator('.desk rect.hit').nth(4).dispatchEvent('click');
  expect(await page.locator('.chip').last().innerText()).toContain(`${timeOf(4)}–`);
});

test('the keyboard alone filters, and keeps its place', async () => {
  const { page } = await browser.open(html);
  await page.locator('#sources-table button.pick').first().focus();
  await page.keyboard.press('Enter');
  expect(await page.locator('.chip').count()).toBe(1);
  expect(await page.evaluate('document.activeElement.className')).toContain('picked');
  await page.keyboard.press('Space');
  expect(await page.locator('.chip').count()).toBe(0);
  expect(await page.getByRole('status').count()).toBe(1);
});

test('a head sorts its table, which the address keeps', async () => {
  const { page } = await browser.open(html);
  const first = () => page.locator('#sources-table tbody tr:not(.rest) th').first().innerText();
  const total = page.locator('#sources-table .sort', { hasText: 'Total' });
  expect(await first()).toBe('10.20.3.16');
  await total.click();
  expect(await page.locator('#sources-table [aria-sort]').getAttribute('aria-sort')).toBe(
    'descending',
  );
  await total.click();
  expect(await first()).toBe('10.20.3.10');
  const hash = String(await page.evaluate('location.hash')).slice(1);
  const { page: linked } = await browser.open(html, { hash });
  expect(await linked.locator('#sources-table tbody th').first().innerText()).toBe('10.20.3.10');
});

test('all rows of a table are shown on demand, and a search looks at all of them', async () => {
  const { page } = await browser.open(html);
  const rows = page.locator('#pairs-table tbody tr:visible');
  expect(await rows.count()).toBe(11);
  await page.locator('#pairs-table + .more').click();
  expect(await rows.count()).toBe(7 * 4);
  await page.getByRole('searchbox').fill('10.20.3.10');
  expect(await rows.allInnerTexts()).toHaveLength(4);
});

test('a command is copied', async () => {
  const { page } = await browser.open(html);
  await page.evaluate(
    'navigator.clipboard.writeText = (text) => { globalThis.copied = text; return Promise.resolve(); }',
  );
  await page.locator('.copy').first().click();
  expect(await page.evaluate('copied')).toBe(await page.locator('.command').first().innerText());
  expect(await page.locator('.copy').first().innerText()).toBe('Copied');
});

test('a mark of a chart shows its values at the pointer', async () => {
  const { page } = await browser.open(html);
  await page.locator('.desk rect.hit').nth(7).hover();
  expect(await page.locator('.tip').innerText()).toContain(`${timeOf(7)} UTC: `);
});

test('a search and a filter that nothing matches say so', async () => {
  const hash = filtersText([
    { by: 'source', is: '10.20.3.16' },
    { by: 'target', is: 'nowhere' },
  ]);
  const { page, messages } = await browser.open(html, { hash });
  expect(await page.locator('h1').innerText()).toBe('nothing matches these filters');
  expect(await faultsOf(page)).toEqual([]);
  expect(messages).toEqual([]);
});

test('a page whose scripts do not run is complete, and offers nothing that would not work', async () => {
  const { page } = await browser.open(html, { scripts: false });
  expect(await page.locator('button, input').count()).toBe(0);
  expect(await page.locator('table:visible').count()).toBe(5);
  expect(await page.locator('.whole:visible').count()).toBe(0);
});

describe.each([390, 1280])('a filtered page of %i pixels', (width) => {
  test.each(['light', 'dark'] as const)(
    'in the %s is readable for everybody',
    async (colorScheme) => {
      const hash = filtersText([
        { by: 'source', is: '10.20.3.16' },
        { by: 'time', is: timeOf(3) },
        { by: 'time', is: timeOf(4) },
      ]);
      const { page } = await browser.open(html, { width, colorScheme, hash });
      await browser.picture(page, `filtered-${colorScheme}-${width}`);
      expect(await faultsOf(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      expect(await page.evaluate(MISPLACED)).toEqual([]);
    },
  );
});
