import assert from 'node:assert/strict';
import { readMetrics } from '../../../shared/report/measure/metrics.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import { readDescription } from '../../../shared/report/model/vpc-description.ts';
import { renderCsv } from '../../../shared/report/render/csv.ts';
import { renderJson } from '../../../shared/report/render/json.ts';
import { writeMail } from '../../../shared/report/render/mail.ts';
import { renderHtml } from '../../../shared/report/render/page.ts';
import { renderText } from '../../../shared/report/render/text.ts';
import { reportOn, storyLines, storyMetrics, storyNetwork } from '../../reporter/story.ts';
import { mutateJson } from '../mutate.ts';
import type { Random } from '../random.ts';
import type { Target } from '../target.ts';
import { readOrRefuse } from './events.ts';

const ENDPOINT = {
  VpcEndpointId: 'vpce-1',
  VpcEndpointType: 'Gateway',
  VpcId: 'vpc-0aa11bb22cc33dd44',
  ServiceName: 'com.amazonaws.us-east-1.s3',
  State: 'available',
  RouteTableIds: ['rtb-0bb1'],
};
const FILES = { vpc: storyNetwork([ENDPOINT]), metrics: storyMetrics() };
/** Lines that fill every table, but few, because they are read a thousand times. */
const LINES = storyLines().split('\n').slice(0, 180);
const VALUES = ['-', '0', '18446744073709551615', '4294967295', '::1', 'x'];

/** The JSON files for `natflow report`, and the report with them. */
export const descriptions: Target = {
  name: 'descriptions',
  generate: (random) => Buffer.from(JSON.stringify(mutateJson(random, FILES))),
  check: (input, random) => {
    const files: unknown = JSON.parse(Buffer.from(input).toString());
    const { vpc, metrics } = Object(files);
    const network = readOrRefuse(() => readDescription(vpc, 'vpc.json'));
    const metered = readOrRefuse(() => readMetrics(metrics, 'cw.json'));
    if (random.chance(0.9)) return;
    const lines = random.chance(0.7) ? LINES : LINES.map((line) => oddLine(random, line));
    checkReport(reportOn(lines.join('\n'), { network, metered }));
  },
};

function oddLine(random: Random, line: string): string {
  if (random.chance(0.95)) return line;
  const odd = (value: string) => (random.chance(0.1) ? random.pick(VALUES) : value);
  return line.split(' ').map(odd).join(' ');
}

const NO_WORD = /NaN|undefined|\[object |Infinity/;
const CONTROL_CHARACTER = /[^\P{Cc}\r\n]|[\u202a-\u202e]/u;

function checkReport(report: Report): void {
  JSON.parse(renderJson(report));
  const { subject, body } = writeMail(report);
  for (const text of [renderText(report), renderHtml(report), renderCsv(report), subject, body]) {
    const wrong = NO_WORD.exec(text) ?? CONTROL_CHARACTER.exec(text);
    assert.equal(wrong && text.slice(Math.max(0, wrong.index - 30), wrong.index + 30), null);
  }
}
