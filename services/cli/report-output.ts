import { type Command, Option } from 'commander';
import { writeWholeFile } from '../../shared/disk/write-whole-file.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { renderCsv } from '../../shared/report/render/csv.ts';
import { renderJson } from '../../shared/report/render/json.ts';
import { renderText } from '../../shared/report/render/text.ts';
import { writeOutput } from '../../shared/terminal.ts';

/** The outputs of a report; without json and csv it is printed as text. */
export interface OutputOptions {
  /** A file for the page, besides what is printed. */
  html?: string;
  json?: boolean;
  csv?: boolean;
}

/** Adds the options for the outputs of a report. */
export function withOutputOptions(command: Command): Command {
  return command
    .option('--html <file>', 'write a page with charts as well')
    .addOption(new Option('--json', 'print the report as one JSON object').conflicts('csv'))
    .option('--csv', 'print the tables as CSV');
}

/** Prints a report, and writes its page to the file of `--html`. @throws Error when the page cannot be written. */
export async function writeReport(
  report: Report,
  page: () => Promise<string>,
  options: OutputOptions,
): Promise<void> {
  const { html } = options;
  // The page is written first, because a closed pipe on standard output ends the command.
  const writing =
    html === undefined ? Promise.resolve() : page().then((text) => writeWholeFile(html, text));
  const [written] = await Promise.allSettled([writing]);
  writeOutput(render(report, options));
  if (written.status === 'rejected') throw written.reason;
}

function render(report: Report, { json, csv }: OutputOptions): string {
  if (json) return renderJson(report);
  return csv ? renderCsv(report) : renderText(report);
}
