import type { Context } from 'aws-lambda';
import natflow from '../../package.json' with { type: 'json' };
import { reporterPorts } from '../../shared/aws/reporter-ports.ts';
import { commandLine } from '../../shared/command-line.ts';
import { reporterSettings } from '../../shared/config.ts';
import type { ReporterAnswer } from '../../shared/contract/reporter.ts';
import { newLogger } from '../../shared/log.ts';
import { answer, type ReportStore } from './answer.ts';
import type { ReporterPorts } from './report-recording.ts';

const settings = { ...reporterSettings(), version: natflow.version };
const logger = newLogger('reporter');
const aws = await reporterPorts(settings);

const ports: ReporterPorts & ReportStore = {
  ...aws,
  archive: aws.lines,
  keep: async ({ id, startedAt }, files) => {
    await aws.keep(id, files);
    return {
      reportUrl: await aws.link(id),
      command: commandLine(`recordings show ${id} --html report.html`, settings.stack),
      rawUrl: aws.linesUrl(new Date(startedAt)),
    };
  },
  warn: (message) => logger.warn(message),
  now: Date.now,
};

/** The reporter: makes the report of an ended recording, lists reports or returns one. */
export async function handler(event: unknown, context: Context): Promise<ReporterAnswer> {
  logger.addContext(context);
  const made = await answer(event, settings, ports);
  for (const recording of made.recordings ?? []) logger.info('reported', { ...recording });
  return made;
}
