import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pageScript } from '../../shared/disk/page-script.ts';
import { readMetrics } from '../../shared/report/measure/metrics.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { renderCsv } from '../../shared/report/render/csv.ts';
import { renderHtml } from '../../shared/report/render/page.ts';
import { reportOn, storyLines, storyMetrics, storyNetwork } from '../reporter/story.ts';
import { faultsOf } from './axe.ts';
import { type Browser, type Look, startBrowser } from './browser.ts';
import { HIDDEN_MONEY, MISPLACED } from './layout.ts';
import { REPORTS } from './reports.ts';

const report = reportOn(
  storyLines(),
  {
    network: storyNetwork(),
    metered: readMetrics(storyMetrics()),
    threshold: 2 ** 30,
  },
  { cells: true },
);
const script = await pageScript();
const html = renderHtml(report, script);

const LOOKS: readonly (readonly [string, Look])[] = [
  ['light', { colorScheme: 'light', width: 1280 }],
  ['dark', { colorScheme: 'dark', width: 1280 }],
  ['light on a phone', { colorScheme: 'light', width: 390 }],
  ['dark on a phone', { colorScheme: 'dark', width: 390 }],
  // A4 less its margins, at 96 dots per inch.
  ['print', { media: 'print', width: 688 }],
];

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe.each(Object.entries(REPORTS))('the report of %s', (title, make) => {
  test.each(LOOKS)(
    'in %s is readable for everybody, fits, and loads nothing',
    async (name, look) => {
      const page = renderHtml(await make(), script);
      const { page: shown, messages, requests } = await browser.open(page, look);
      await browser.picture(shown, `${title}-${name}`.replaceAll(' ', '-'));
      expect(await faultsOf(shown)).toEqual([]);
      expect(await shown.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      expect(await shown.evaluate(MISPLACED)).toEqual([]);
      expect(await shown.evaluate(HIDDEN_MONEY)).toEqual([]);
      expect(messages).toEqual([]);
      expect(requests).toEqual([]);
      await shown.close();
    },
  );
});

test('the page follows the light or dark scheme, and prints light', async () => {
  const background = async (look: Look) => {
    const { page } = await browser.open(html, look);
    return page.evaluate('getComputedStyle(document.body).backgroundColor');
  };
  const [light, dark, paper] = [
    await background({ colorScheme: 'light' }),
    await background({ colorScheme: 'dark' }),
    await background({ colorScheme: 'dark', media: 'print' }),
  ];
  expect(light).not.toBe(dark);
  expect(paper).toBe('rgb(255, 255, 255)');
});

test('the page shows the figures of the report', async () => {
  const { page } = await browser.open(html);
  const total = await page.locator('#total-bytes').getAttribute('value');
  expect(Number(total)).toBe(report.totals.forwarded.bytes);
  const rows = page.locator('#sources-table tbody tr');
  expect(await rows.count()).toBe(report.sources.rows.length + 1);
  expect(await rows.first().innerText()).toMatch(/etl-worker-7\s+i-0ab1 · 10\.20\.3\.41/);
});

test('the keyboard reaches every link, chart and command, and the skip link first', async () => {
  const { page } = await browser.open(html);
  const reached: string[] = [];
  for (let key = 0; key < 150; key++) {
    await page.keyboard.press('Tab');
    const what = await page.evaluate(
      "document.activeElement === document.body ? '' : document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim().slice(0, 40)",
    );
    if (what === '' || (key > 0 && what === reached[0])) break;
    reached.push(String(what));
  }
  expect(reached[0]).toBe('Skip to the report');
  for (const label of ['Who, to what', 'When', 'The numbers of this chart', 'Save as CSV', 'S3']) {
    expect(reached).toContain(label);
  }
});

test('a table can be saved as the CSV that the command prints', async () => {
  const { page, messages } = await browser.open(html);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('a[download="sources.csv"]').click(),
  ]);
  expect(download.suggestedFilename()).toBe('sources.csv');
  expect(await readFile(await download.path(), 'utf8')).toBe(renderCsv(report, ['sources']));
  expect(messages).toEqual([]);
});

test('a hostile record stays text', async () => {
  const element = '<script>alert(1)</script>';
  const text = [
    'vpc-id interface-id pkt-dst-aws-service srcaddr dstaddr pkt-dstaddr bytes',
    `${element} <img/src=x/onerror=alert(2)> ${element} 10.20.3.41 10.0.0.1 52.1.1.1 1000`,
  ].join('\n');
  const Tags = [{ Key: 'Name', Value: `"><svg onload=alert(3)>${element}` }];
  const Reservations = [
    { Instances: [{ InstanceId: 'i-1', PrivateIpAddress: '10.20.3.41', Tags }] },
  ];
  const hostile = renderHtml(
    reportOn(text, { network: { ...storyNetwork(), Reservations } }, { cells: true }),
    script,
  );
  const { page, messages, requests } = await browser.open(hostile);
  expect(await page.locator('script').count()).toBe(2);
  expect(await page.locator('img, svg[onload]').count()).toBe(0);
  expect(await page.locator('#sources-table').innerText()).toContain(element);
  expect(messages).toEqual([]);
  expect(requests).toEqual([]);
});

test.each([1180, 360])(
  'names without a blank are shortened, and do not widen a page of %i',
  async (width) => {
    const Value = 'W'.repeat(250);
    const network = storyNetwork();
    const NatGateways = network.NatGateways.map((each) => ({
      ...each,
      Tags: [{ Key: 'Name', Value }],
    }));
    const Reservations = [
      { Instances: [{ PrivateIpAddress: '10.20.3.41', Tags: [{ Key: 'Name', Value }] }] },
    ];
    const long = { ...network, NatGateways, Reservations, NetworkInterfaces: [] };
    const { page } = await browser.open(renderHtml(reportOn(storyLines(), { network: long })), {
      width,
    });
    expect(await page.locator('header strong').first().innerText()).toBe(`${'W'.repeat(63)}…`);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBe(0);
  },
);

test('a day of 480 sources has room in two megabytes', async () => {
  const day = await REPORTS['480 even sources in a day']?.();
  expect(Buffer.byteLength(renderHtml(day as Report, script))).toBeLessThan(2e6);
});

test('the page of an empty report is complete', async () => {
  const { page, messages } = await browser.open(renderHtml(reportOn('')));
  expect(await faultsOf(page)).toEqual([]);
  expect(messages).toEqual([]);
});

test('the page prints on a few sheets of A4', async () => {
  const { page } = await browser.open(html, { media: 'print' });
  const pdf = await page.pdf({ preferCSSPageSize: true });
  const sheets = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  expect(sheets).toBeGreaterThan(0);
  expect(sheets).toBeLessThanOrEqual(5);
});
