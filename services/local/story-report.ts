import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Legs } from '../../shared/flow/legs.ts';
import type { Format } from '../../shared/flowlog/format.ts';
import { readFlowLog } from '../../shared/flowlog/read.ts';
import { addText } from '../../shared/report/add-text.ts';
import { Aggregate } from '../../shared/report/aggregate.ts';
import { buildReport } from '../../shared/report/build.ts';
import { writeMail } from '../../shared/report/mail.ts';
import { readMetrics } from '../../shared/report/metrics.ts';
import { mergeDescriptions } from '../../shared/report/network.ts';
import { pricesOf } from '../../shared/report/prices.ts';
import { renderHtml } from '../../shared/report/render-html.ts';
import { renderJson } from '../../shared/report/render-json.ts';
import type { Report } from '../../shared/report/report.ts';
import { REPORT_FILES } from './report-files.ts';
import { reportPicture } from './report-picture.ts';

/** What there is to report on, and what the lines themselves do not say. */
export interface ReportRequest {
  /** The archive's files. */
  readonly files: readonly string[];
  readonly format: Format;
  readonly legs: Legs;
  readonly region: string;
  /** What EC2 describes, and CloudWatch's answer to GetMetricData, where they are known. */
  readonly network?: object | undefined;
  readonly metrics?: object | undefined;
  /** Bytes per minute. */
  readonly threshold: number;
  /** Of natflow. */
  readonly version: string;
  /** Unix milliseconds. */
  readonly now: number;
  readonly recordingsLeft?: string | undefined;
  readonly out: string;
}

const TOP = 10;
/** Reads the archive and writes what it says as page, JSON, picture and mail. */
export async function reportStory(request: ReportRequest): Promise<Report> {
  const { legs, region, network, metrics, threshold, version, now, out, recordingsLeft } = request;
  const aggregate = new Aggregate({ legs });
  for (const file of request.files) {
    await addText(aggregate, readFlowLog(createReadStream(file)), request.format);
  }
  const report = buildReport(aggregate, {
    ...{ version, now, threshold, top: TOP },
    region: { name: region, isAssumed: false },
    prices: pricesOf(region),
    network: network && mergeDescriptions([network]),
    metered: metrics && readMetrics(metrics),
  });
  const reportUrl = join(out, REPORT_FILES.html);
  const mail = writeMail(report, { reportUrl, rawUrl: join(out, 'archive'), recordingsLeft });
  const write = (name: string, text: string) => writeFile(join(out, name), text);
  await write(REPORT_FILES.html, renderHtml(report));
  await write(REPORT_FILES.json, renderJson(report));
  await write(REPORT_FILES.picture, reportPicture(report));
  await write(REPORT_FILES.mail, `Subject: ${mail.subject}\n\n${mail.body}`);
  return report;
}
