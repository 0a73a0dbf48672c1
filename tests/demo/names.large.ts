import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import { openFolder } from '../support/folder.ts';
import { PATIENCE_MS } from '../support/run-natflow.ts';
import { runStory, type StoryRun } from './start.ts';

jest.setTimeout(PATIENCE_MS);

const folder = openFolder();

/** Who the clients of the stories are, and their teams. */
const CAST: Readonly<Record<string, readonly [name: string, team: string]>> = {
  '10.20.3.41': ['etl-worker-7', 'data'],
  '10.20.3.17': ['etl-worker-2', 'data'],
  '10.20.1.23': ['reports', 'finance'],
  '10.20.4.20': ['eks-node-1', 'platform'],
  '10.20.5.8': ['shop/api-7c9d5b8f64-x2l7q', 'shop'],
  '10.20.6.11': ['crm/mailer-5f6b7d9c48-zt9wk', 'crm'],
};
/** The domains of peers by their first three octets. */
const DOMAINS: Readonly<Record<string, string>> = {
  '52.216.14': 'data-lake.s3.us-east-1.amazonaws.com',
  '3.218.182': 'dynamodb.us-east-1.amazonaws.com',
  '18.205.93': 'sqs.us-east-1.amazonaws.com',
  '18.205.94': 'email-smtp.us-east-1.amazonaws.com',
  '13.224.7': 'partnershop.example',
  '203.0.113': 'cardpay.example',
  '198.51.100': 'bank.example',
};
/** Its addresses are those of the other bucket too: which one it is, the client decides. */
const BOOKS = 'finance-books.s3.us-east-1.amazonaws.com';
const NO_NAME = 'no name found';
/** The organisations of peers that no service of AWS has, by their first three octets. */
const ORGANISATIONS: Readonly<Record<string, string>> = {
  '203.0.113': 'Cardpay Ltd (AS64500)',
  '198.51.100': 'Example Bank (AS64501)',
  '192.0.2': 'Image Registry (AS64502)',
};
const AWS = 'AWS services';
const SHOWN_SOURCES = 3;
const SHOWN_OTHERS = 5;

type Sums = Map<string, number>;

interface Truth {
  readonly sources: Sums;
  readonly teams: Sums;
  readonly domains: Sums;
  readonly organisations: Sums;
}

/** What is read of a report. */
interface ReadReport {
  readonly sources: { readonly rows: { readonly name?: string; readonly bytes: number }[] };
  readonly grouping: {
    readonly groups: { readonly rows: { readonly label: string; readonly bytes: number }[] };
  };
  readonly domains: {
    readonly rows: { readonly domain: string | null; readonly bytes: number }[];
  };
  readonly organizations: {
    readonly rows: {
      readonly asn: number | null;
      readonly organization: string | null;
      readonly bytes: number;
    }[];
  };
}

function add(sums: Sums, key: string, bytes: number): void {
  sums.set(key, (sums.get(key) ?? 0) + bytes);
}

/** Bytes in the archive by client, team and domain, from the lines whose packets a client sent or got. */
function truthOf({ out }: StoryRun, gateway: string): Truth {
  const truth: Truth = {
    ...{ sources: new Map(), teams: new Map() },
    ...{ domains: new Map(), organisations: new Map() },
  };
  for (const line of linesIn(join(out, 'archive/flows'))) {
    const values = line.split(' ');
    const [source = '', destination = ''] = values
      .filter((value) => /^\d+\.\d+\.\d+\.\d+$/.test(value))
      .slice(2);
    const [client, peer] = source in CAST ? [source, destination] : [destination, source];
    const [name, team] = CAST[client] ?? [];
    if (name === undefined || team === undefined || !values.includes(gateway)) continue;
    // … bytes start end action OK …
    const bytes = Number(values[values.indexOf('OK') - 4]);
    const block = peer.slice(0, peer.lastIndexOf('.'));
    const domain = DOMAINS[block] ?? NO_NAME;
    add(truth.sources, name, bytes);
    add(truth.teams, team, bytes);
    add(truth.organisations, ORGANISATIONS[block] ?? AWS, bytes);
    add(truth.domains, name === 'reports' && domain.includes('.s3.') ? BOOKS : domain, bytes);
  }
  return truth;
}

function linesIn(flows: string): string[] {
  const entries = readdirSync(flows, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => gunzipSync(readFileSync(join(parentPath, name))).toString())
    .flatMap((text) => text.trimEnd().split('\n'));
}

const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** The list after a head, such as `By team: data 14.08 GiB, 89.6%; shop 1.00 GiB, 6.3%.`, has the largest sums. */
function expectLargest(text: string, head: RegExp, truth: Sums, count: number): void {
  const [, list = ''] = new RegExp(`^ *${head.source} +(.*?)\\.?$`, 'm').exec(text) ?? [];
  const largest = [...truth].sort(([, a], [, b]) => b - a).slice(0, count);
  const items = list.split('; ');
  expect(items).toHaveLength(largest.length);
  for (const [index, [name, bytes]] of largest.entries()) {
    const [, shown, amount, unit = ''] =
      /^(.*?)(?: \([\d.]+\))? ([\d.]+) ([KMG]?i?B), [\d.]+%$/.exec(items[index] ?? '') ?? [];
    expect(shown).toBe(name);
    const off = Math.abs(Number(amount) - bytes / (UNITS[unit] ?? 0));
    expect(off).toBeLessThanOrEqual(0.00501);
  }
}

/** The exact amount in the page's row with this heading. */
function inPage(page: string, name: string): number {
  const row = page.split('<tr').find((each) => nameIn(each) === name);
  return Number(/<data value="(\d+)"/.exec(row ?? '')?.[1]);
}

/** The text of the cell that names a row. */
function nameIn(row: string): string | undefined {
  return /class="name">(.*?)<\/th>/s
    .exec(row)?.[1]
    ?.replaceAll(/<[^>]*>/g, '')
    .trim();
}

/** Bytes by name in the page's table of sources with targets. */
function sourcesInPage(page: string): Sums {
  const sums: Sums = new Map();
  for (const row of page.split('<tr')) {
    const [, name] = /<bdi>([^<]*)<\/bdi>(?:<\/span>)? → .*?<span class="address"/s.exec(row) ?? [];
    if (name !== undefined) add(sums, name, Number(/<data value="(\d+)"/.exec(row)?.[1]));
  }
  return sums;
}

function sumsOf<R extends { readonly bytes: number }>(
  rows: readonly R[],
  nameOf: (row: R) => string | undefined | null,
): Sums {
  return new Map(rows.map((row) => [nameOf(row) ?? NO_NAME, row.bytes]));
}

test.concurrent.each([
  ['s3-spike', 1, [['', 'eni-0a11bb22cc33dd44e']]],
  [
    'two-gateways',
    7,
    [
      ['', 'eni-0a11bb22cc33dd44e'],
      ['-2', 'nat-0d22bb33cc44dd55e'],
    ],
  ],
] as const)(
  'pods, teams, domains and organisations of %s, seed %i, have their bytes in terminal, mail, page and JSON',
  async (scenario, seed, reports) => {
    const story = ['--scenario', scenario, '--seed', String(seed), '--connections', '60'];
    const run = await runStory(folder.path, ...story, '--flow-log-delay', '0');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const ends = run.stdout.split(/^ +headline +/m).slice(1);
    expect(ends).toHaveLength(reports.length);
    for (const [index, [suffix, gateway]] of reports.entries()) {
      const read = (file: string) => readFileSync(join(run.out, file), 'utf8');
      const report: ReadReport = JSON.parse(read(`report${suffix}.json`));
      const truth = truthOf(run, gateway);
      expect(sumsOf(report.sources.rows, ({ name }) => name)).toEqual(truth.sources);
      expect(sumsOf(report.grouping.groups.rows, ({ label }) => label)).toEqual(truth.teams);
      expect(sumsOf(report.domains.rows, ({ domain }) => domain)).toEqual(truth.domains);
      expect(
        sumsOf(report.organizations.rows, ({ asn, organization }) =>
          asn === null ? AWS : `${organization} (AS${asn})`,
        ),
      ).toEqual(truth.organisations);
      for (const text of [ends[index] ?? '', read(`mail-finished${suffix}.txt`)]) {
        expectLargest(text, /[Ss]ources:?/, truth.sources, SHOWN_SOURCES);
        expectLargest(text, /[Bb]y team:?/, truth.teams, SHOWN_OTHERS);
        expectLargest(text, /[Dd]omains:?/, truth.domains, SHOWN_OTHERS);
        expectLargest(text, /[Oo]rganisations:?/, truth.organisations, SHOWN_OTHERS);
      }
      const page = read(`report${suffix}.html`);
      for (const [name, bytes] of [...truth.teams, ...truth.domains, ...truth.organisations]) {
        expect([name, inPage(page, name)]).toEqual([name, bytes]);
      }
      expect(sourcesInPage(page)).toEqual(truth.sources);
    }
  },
);
