import type { Context } from 'aws-lambda';
import natflow from '../../package.json' with { type: 'json' };
import { reporterPorts } from '../../shared/aws/reporter-ports.ts';
import type { ReporterAnswer } from '../../shared/contract/reporter.ts';
import { newLogger } from '../../shared/log.ts';
import { reporterSettings } from '../../shared/settings/reporter.ts';
import { answer } from './answer.ts';
import { MONTH_MAIL_CODEC } from './month.ts';
import { portsOf } from './ports.ts';

const settings = { ...reporterSettings(), version: natflow.version };
const logger = newLogger('reporter');
const aws = await reporterPorts(settings, MONTH_MAIL_CODEC);
/** Loaded for a page alone. */
const pageScript = async () => (await import('../../shared/disk/page-script.ts')).pageScript();
const ports = portsOf({ ...aws, pageScript }, settings, (message) => logger.warn(message));

/** The reporter: makes the report of an ended recording, lists reports or returns one. */
export async function handler(event: unknown, context: Context): Promise<ReporterAnswer> {
  logger.addContext(context);
  const made = await answer(event, settings, ports);
  for (const recording of made.recordings ?? []) logger.info('reported', { ...recording });
  return made;
}
