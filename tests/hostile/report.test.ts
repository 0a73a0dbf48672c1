import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { reportPicture } from '../../services/demo/report-picture.ts';
import { reportLines } from '../../services/demo/screen/story-lines.ts';
import { pricesOf } from '../../shared/prices/prices.ts';
import type { ReportContext } from '../../shared/report/model/build.ts';
import { overviewOf } from '../../shared/report/model/overview.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { renderCsv } from '../../shared/report/render/csv.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { writeMail } from '../../shared/report/render/mail.ts';
import { renderHtml } from '../../shared/report/render/page.ts';
import { renderText } from '../../shared/report/render/text.ts';
import { asGateways, GATEWAY, reportOn as reportOnText, storyNetwork } from '../reporter/story.ts';
import { dangersIn, HOSTILE, HOSTILE_FIELD, MARK } from '../support/hostile-text.ts';

const FIELDS = {
  'vpc-id': 'vpc-1',
  'interface-id': 'eni-0ec4',
  'az-id': 'use1-az1',
  region: 'us-east-1',
  'pkt-src-aws-service': '-',
  'pkt-dst-aws-service': 'S3',
  srcaddr: '10.20.3.41',
  dstaddr: '10.20.0.220',
  'pkt-srcaddr': '10.20.3.41',
  'pkt-dstaddr': '52.1.1.1',
  bytes: '1000',
  start: '1795338000',
  end: '1795338120',
  action: 'ACCEPT',
};

/** The report of lines that went through a NAT gateway. */
function reportOn(text: string, context: Partial<ReportContext> = {}): Report {
  return reportOnText(text, context, asGateways(FIELDS['interface-id'], HOSTILE_FIELD));
}

/** A header and one line, with that in place of its usual field. */
function lines(fields: Partial<typeof FIELDS> = {}): string {
  const values = Object.values({ ...FIELDS, ...fields });
  return `${Object.keys(FIELDS).join(' ')}\n${values.join(' ')}\n`;
}

const hostileRegion = { name: HOSTILE, isAssumed: true };
const [instance] = storyNetwork().Reservations.flatMap(({ Instances }) => Instances);
const [gateway] = storyNetwork().NatGateways;
const eni = { NetworkInterfaceId: 'eni-1', PrivateIpAddress: FIELDS.srcaddr };

/** A description in which only these instances and interfaces have the address. */
function owners(Instances: object[], NetworkInterfaces: object[] = []): Partial<ReportContext> {
  return { network: { Reservations: [{ Instances }], NetworkInterfaces } };
}

/** The sources of foreign text, and the outputs that show it. */
const SOURCES: Record<string, () => Report> = {
  "the gateway's name in an event": () => reportOn(lines(), { gateway: { name: HOSTILE } }),
  "the gateway's Name tag": () => {
    const Tags = [{ Key: 'Name', Value: HOSTILE }];
    const interfaces = [{ NetworkInterfaceId: FIELDS['interface-id'] }];
    const NatGateways = [{ ...gateway, Tags, NatGatewayAddresses: interfaces }];
    return reportOn(lines(), { network: { ...storyNetwork(), NatGateways } });
  },
  "the gateway's id": () => reportOn(lines(), { gateway: { id: HOSTILE } }),
  "an instance's Name tag": () =>
    reportOn(lines(), owners([{ ...instance, Tags: [{ Key: 'Name', Value: HOSTILE }] }])),
  "an instance's id": () =>
    reportOn(lines(), owners([{ ...instance, InstanceId: HOSTILE, Tags: [] }])),
  "an interface's description": () =>
    reportOn(lines(), owners([], [{ ...eni, Description: HOSTILE }])),
  "an interface's tags": () =>
    reportOn(
      lines(),
      owners([], [{ ...eni, TagSet: [{ Key: 'aws:ecs:serviceName', Value: HOSTILE }] }]),
    ),
  'a route table of another description': () => {
    const [table] = storyNetwork().RouteTables;
    const RouteTables = [{ ...table, RouteTableId: HOSTILE, Associations: [{ Main: true }] }];
    return reportOn(lines({ 'vpc-id': String(table?.VpcId) }), {
      network: { ...storyNetwork([{ ...ENDPOINT, VpcId: table?.VpcId }]), RouteTables },
    });
  },
  'the region of --region': () =>
    reportOn(lines(), { region: hostileRegion, prices: pricesOf(HOSTILE) }),
  'the VPC of a line': () => reportOn(lines({ 'vpc-id': HOSTILE_FIELD })),
  'the interface of a line': () => reportOn(lines({ 'interface-id': HOSTILE_FIELD })),
  'the service of a line': () => reportOn(lines({ 'pkt-dst-aws-service': HOSTILE_FIELD })),
};

const ENDPOINT = {
  VpcEndpointId: 'vpce-1',
  VpcEndpointType: 'Gateway',
  ServiceName: 'com.amazonaws.us-east-1.s3',
  State: 'available',
  RouteTableIds: [],
};

const OUTPUTS: Record<string, (report: Report) => string> = {
  text: renderText,
  JSON: renderJson,
  CSV: renderCsv,
  HTML: renderHtml,
  'the CSV that the HTML holds': (report) =>
    [...renderHtml(report).matchAll(/href="data:text\/csv;charset=utf-8,([^"]*)"/g)]
      .map(([, csv = '']) => decodeURIComponent(csv))
      .join(''),
  SVG: reportPicture,
  'the mail': (report) => writeMail(report).body,
  "the mail's subject": (report) => `${writeMail(report).subject}\n`,
  'the lines at the end of start': (report) => reportLines(report).join('\n'),
};

const cases = Object.keys(SOURCES).flatMap((source) =>
  Object.keys(OUTPUTS).map((output) => [source, output] as const),
);

function shown(source: string, output: string): string {
  const report = SOURCES[source]?.();
  return report === undefined ? '' : (OUTPUTS[output]?.(report) ?? '');
}

test.each(cases)('%s, in %s', (source, output) => {
  const text = shown(source, output);
  expect(text).not.toBe('');
  expect(dangersIn(text)).toEqual([]);
});

test.each(Object.keys(SOURCES))('%s is shown in an output, so the tests can fail', (source) => {
  const seen = Object.keys(OUTPUTS).filter((output) => shown(source, output).includes(MARK));
  expect(seen.length).toBeGreaterThan(0);
});

test('escaped text in JSON parses to the original', () => {
  const report = reportOn(lines(), { gateway: { name: HOSTILE } });
  expect(JSON.parse(renderJson(report)).gateway.name).toBe(HOSTILE);
});

describe('a name of thousands of characters', () => {
  const name = 'x'.repeat(5000);
  const report = reportOn(lines(), {
    ...owners([{ ...instance, Tags: [{ Key: 'Name', Value: name }] }]),
    gateway: { id: GATEWAY, name },
  });

  test('is cut in mails, their subjects and on the terminal', () => {
    const { subject, body } = writeMail(report);
    expect(subject).toHaveLength(99);
    expect(subject).toMatch(/ x{63}\.\.\. -> S3, /);
    for (const text of [body, renderText(report), ...reportLines(report)]) {
      const longest = Math.max(...text.split('\n').map((line) => line.length));
      expect(longest).toBeLessThan(300);
      expect(text).not.toContain('x'.repeat(65));
    }
    expect(overviewOf('id', report).summary.length).toBeLessThan(150);
  });

  test('is whole in JSON and CSV', () => {
    expect(renderJson(report)).toContain(name);
    expect(renderCsv(report)).toContain(name);
  });
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  'a service or region called %s is a name like any other',
  (name) => {
    const report = reportOn(lines({ 'pkt-dst-aws-service': name }), { prices: pricesOf(name) });
    expect(report.services.rows[0]?.service).toBe(name);
    expect(renderText(report)).toContain(`${name}  `);
    expect(report.cost.source).toMatch(/^no price known for /);
    expect(report.cost.total).toBeGreaterThan(0);
  },
);

test('the page allows its own style, and nothing else that runs or loads', () => {
  const page = renderHtml(reportOn(lines(), { gateway: { name: '" onload="x' } }));
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  expect(page).toContain(
    `content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
  );
  expect(page).not.toMatch(/<[^>]*\s(?:on[a-z]+|style|src)=|<script|<link|<base|<form|<iframe/);
});

test('charts keep the line breaks of their tooltips', () => {
  const [, tooltip] =
    /<rect[^>]* class="hit"[^>]*><title>([^<]*)</.exec(renderHtml(reportOn(lines()))) ?? [];
  expect(tooltip).toMatch(/^[^\n]* UTC: 495 B\n10\.20\.3\.41: 495 B$/);
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1+1', '\t=1+1', '\uff1d1+1', '\r=1'])(
  'a spreadsheet reads the name %j as text',
  (name) => {
    const csv = renderCsv(
      reportOn(lines(), owners([{ ...instance, Tags: [{ Key: 'Name', Value: name }] }])),
    );
    const [, cell = ''] = /^sources,[^,]*,[^,]*,"?([^,"]*)/m.exec(csv) ?? [];
    expect(cell).toMatch(/^['\\]/);
    expect(csv).toMatch(/^sources,10\.20\.3\.41,.*,1000,0,1000,1,1,1,0\r$/m);
  },
);
