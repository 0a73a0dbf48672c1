import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { shellWord } from '../../shared/command-line.ts';
import { PROGRAM } from '../../shared/disk/installation.ts';
import { dollars } from '../../shared/text/units.ts';
import type { BuiltInCollector } from './built-in-collector.ts';
import type { Outcome } from './outcome.ts';
import { planStory, type StoryPlan, type StoryRequest } from './plan.ts';
import type { Output } from './screen/output.ts';
import { headed, reportLines } from './screen/story-lines.ts';
import type { StoryReport } from './story-events.ts';

/** What `npm start` does. */
export interface DemoOptions {
  readonly request: StoryRequest;
  /** The export protocol in words. */
  readonly protocol: string;
  /** The built-in collector; undefined when the flows go to the user's collectors. */
  readonly collector: BuiltInCollector | undefined;
  readonly output: Output;
  /** Ends the story early. */
  readonly signal: AbortSignal;
  /** The folder for archive, mails, reports and logs. */
  readonly out: string;
  /** Whether the handlers are built first. */
  readonly build: boolean;
  /** The version of natflow, for the report. */
  readonly version: string;
}

/**
 * Plays the life of a spike on this machine and shows it. Resolves with undefined when the signal aborts it.
 * @throws Error with a sentence for the user when the story cannot be played to its end.
 */
export async function runDemo(options: DemoOptions): Promise<Outcome | undefined> {
  const { output, out, signal } = options;
  const plan = await planStory(options.request);
  output.begin(plan, introduction(plan, options));
  try {
    // AWS's clients and the stand-ins take longer to load than other commands to run.
    const { play } = await import('./play.ts');
    const { outcome, reports } = await play(plan, { ...options, onEvent: output.show });
    signal.throwIfAborted();
    output.end(outcome, summary(outcome, reports, out));
    return outcome;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function introduction(
  { title, parameters, speed, flowLogDelay }: StoryPlan,
  { request, protocol, collector }: DemoOptions,
): string[] {
  const { isReported, legs, recordingTime, numOfRecordings, monthlyBudget } = parameters;
  const pace = Number.isFinite(speed) ? `${speed}x faster than real time` : 'as fast as it goes';
  const which =
    collector === undefined
      ? protocol
      : `${protocol}, built in   (yours: ${PROGRAM} start -n host:port -v 9)`;
  return [
    `natflow local demo  (${collector === undefined ? '' : 'nothing leaves this machine; '}Ctrl-C to stop)`,
    `  collector   ${request.collectors}  ${which}`,
    `  traffic     ${title}, ${pace}   (others: ${PROGRAM} start --list)`,
    `  handlers    controller, forwarder${isReported ? ', reporter' : ''} as deployed: bundles in AWS's Lambda runtime client`,
    `  AWS         stand-ins on this machine; the functions are told the story's time`,
    `  flow logs   begin ${flowLogDelay} s after they are created   (others: --flow-log-delay SECONDS)`,
    `  settings    legs ${legs}, recording time ${recordingTime || 'until OK'}${recordingTime ? ' s' : ''}, at most ${numOfRecordings || 'any number of'} recordings${monthlyBudget === undefined ? '' : `, ${dollars(Number(monthlyBudget))} a month`}`,
  ];
}

function summary({ collector }: Outcome, reports: readonly StoryReport[], out: string): string[] {
  const files = headed('archive', `${out}/archive    mails ${out}/mail-*.txt    logs ${out}/*.log`);
  if (reports.length === 0) {
    return ['nothing passed the threshold, so nothing was recorded', '', files];
  }
  const folder = shellWord(`${out}/archive/flows`);
  const replay = `find ${folder} -type f -exec ${PROGRAM} replay -n host:port {} +`;
  return [
    ...(collector?.wentDown ? [`the archive has them all; to send them again: ${replay}`] : []),
    ...reports.flatMap(({ report, files: { html, json, picture, mail } }) => [
      '',
      ...reportLines(report),
      headed('report', [html, json, picture, mail].map((name) => `${out}/${name}`).join('   ')),
      `in a browser: ${pathToFileURL(join(out, html)).href}`,
    ]),
    '',
    files,
  ];
}
