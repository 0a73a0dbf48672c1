import { Command } from 'commander';
import type { Format } from '../../shared/flowlog/format.ts';
import type { FlowSource, Line } from '../../shared/flowlog/source.ts';
import { addText } from '../../shared/report/measure/add-text.ts';
import type { FlowSink } from '../../shared/report/measure/flow-sink.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { renderHtml } from '../../shared/report/render/page.ts';
import { say } from '../../shared/terminal.ts';
import { withProfile } from './aws-options.ts';
import { readDns } from './dns-input.ts';
import { type InputError, SOME_REJECTED } from './errors.ts';
import { areForThreads, type Input, readEach, reportFailures } from './input.ts';
import { Progress } from './progress.ts';
import { reportFirstMalformed } from './replay-report.ts';
import { openMaker, type ReportMaker } from './report-maker.ts';
import { type ReportOptions, withReportOptions } from './report-options.ts';
import { withOutputOptions, writeReport } from './report-output.ts';
import { openAll, withInputs } from './s3-input.ts';
import { interruptible } from './signals.ts';

/** `natflow report`: makes a report of flow log files. */
export function reportCommand(): Command {
  const command = withProfile(
    withReportOptions(withInputs(withOutputOptions(new Command('report')))),
  );
  return command
    .description('say who sent what through a NAT gateway, what it costs, and what would stop it')
    .action((files: string[], options: ReportOptions) =>
      report(files, options, command.parent?.version() ?? ''),
    );
}

async function report(files: string[], options: ReportOptions, version: string): Promise<void> {
  const inputs = await openAll(files, { ...options, region: options.region?.split(',') });
  const task = { ...options, files, version };
  if (!areForThreads(inputs)) return reportOn(inputs, await openMaker(task), options);
  const { MakerApart } = await import('./report-apart.ts');
  const maker = new MakerApart(task);
  try {
    await reportOn(inputs, maker, options);
  } finally {
    maker.close();
  }
}

async function reportOn(
  inputs: readonly Input[],
  maker: ReportMaker,
  options: ReportOptions,
): Promise<void> {
  const logs = options.dns && (await readDns(options.dns, maker.answers));
  const { report, failures, isWhole } = await interruptible(async (interrupted) => {
    const failures = await readAll(inputs, maker.flows, options.format, interrupted);
    const isWhole = !interrupted.aborted;
    const report = await maker.make({ isWhole, unread: failures.map(({ message }) => message) });
    return { report, failures, isWhole };
  });
  if (!isWhole) reportInterruption();
  else if (report.records.malformed > 0) process.exitCode = SOME_REJECTED;
  if (logs !== undefined) reportFailures(logs.failures, logs.inputs);
  reportFailures(failures, inputs.length);
  await writeReport(report, () => pageOf(report), options);
}

/** The page, with its script, which is loaded for it alone. */
async function pageOf(made: Report): Promise<string> {
  const { pageScript } = await import('../../shared/disk/page-script.ts');
  return renderHtml(made, await pageScript());
}

/** Reads all inputs, of those that fail what was read before; returns their errors. */
async function readAll(
  inputs: readonly Input[],
  sink: FlowSink,
  format: Format | undefined,
  interrupted: AbortSignal,
): Promise<readonly InputError[]> {
  const progress = new Progress(inputs, () => sink.flows);
  try {
    const tell = reportFirstMalformed();
    return await readEach(inputs, interrupted, (source, { name }) =>
      addText(
        sink,
        watchMalformed(source, (line) => tell(name, line)),
        format,
      ),
    );
  } finally {
    progress.stop();
  }
}

/** The same source, which calls back for malformed lines as well. */
function watchMalformed(source: FlowSource, onMalformed: (line: Line) => void): FlowSource {
  return {
    read: (reader) =>
      source.read({
        ...reader,
        onOther(outcome, current) {
          if (outcome === 'malformed') onMalformed(current.line);
          reader.onOther?.(outcome, current);
        },
      }),
  };
}

function reportInterruption(): void {
  say('interrupted: the report is of the lines read until then');
}
