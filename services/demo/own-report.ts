import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { writeWholeFile } from '../../shared/disk/write-whole-file.ts';
import { parseFormat } from '../../shared/flowlog/format.ts';
import { readFlowLog } from '../../shared/flowlog/read.ts';
import { pricesOf, regionOf } from '../../shared/prices/prices.ts';
import { addText } from '../../shared/report/measure/add-text.ts';
import { Aggregate } from '../../shared/report/measure/aggregate.ts';
import { buildReport } from '../../shared/report/model/build.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { writeMail } from '../../shared/report/render/mail.ts';
import { renderHtml } from '../../shared/report/render/page.ts';
import { REGION } from './deployment.ts';
import type { StoryPlan } from './plan.ts';
import { reportPicture } from './report-picture.ts';
import type { StoryReport } from './story-events.ts';
import { reportFiles } from './story-reports.ts';

const TOP = 10;

/**
 * Writes the report of the user's own files from the archive. The deployed reporter cannot: it looks for the
 * recorded gateway and the time of the recording, and the lines have other gateways and other times.
 */
export async function reportOwnFiles(
  archive: readonly string[],
  { parameters: { legs, logFormat, groupBy }, threshold }: StoryPlan,
  { out, version, now }: { readonly out: string; readonly version: string; readonly now: number },
): Promise<StoryReport> {
  const format = logFormat === undefined ? undefined : parseFormat(logFormat);
  const aggregate = new Aggregate({ legs, byGateway: groupBy === 'gateway' });
  for (const file of archive) {
    await addText(aggregate, readFlowLog(createReadStream(file)), format);
  }
  const region = regionOf(aggregate);
  const report = buildReport(aggregate, {
    ...{ version, now, threshold, groupBy, top: TOP },
    region: { name: region ?? REGION, isAssumed: region === undefined },
    prices: pricesOf(region ?? REGION),
  });
  const files = reportFiles(1);
  const { subject, body } = writeMail(report, { reportUrl: join(out, files.html) });
  const write = (name: string, text: string) => writeWholeFile(join(out, name), text);
  await write(files.html, renderHtml(report));
  await write(files.json, renderJson(report));
  await write(files.picture, reportPicture(report));
  await write(files.mail, `Subject: ${subject}\n\n${body}`);
  return { id: 'own-files', report, files };
}
