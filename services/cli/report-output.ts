import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { renderCsv } from '../../shared/report/render-csv.ts';
import { renderJson } from '../../shared/report/render-json.ts';
import { renderText } from '../../shared/report/render-text.ts';
import type { Report } from '../../shared/report/report.ts';
import { writeOutput } from '../../shared/terminal.ts';
import { RunError } from './errors.ts';

/** How a report is shown. */
export interface OutputOptions {
  html?: string;
  json?: boolean;
  csv?: boolean;
}

/** Adds the options that say how a report is shown. */
export function withOutputOptions(command: Command): Command {
  return command
    .option('--html <file>', 'write a page with charts as well')
    .addOption(new Option('--json', 'print the report as one JSON object').conflicts('csv'))
    .option('--csv', 'print the tables as CSV');
}

/** Prints a report, and writes the page where it was asked for. @throws RunError when it cannot be written. */
export async function putOut(
  report: Report,
  page: () => string,
  options: OutputOptions,
): Promise<void> {
  if (options.html !== undefined) await write(options.html, page());
  writeOutput(render(report, options));
}

function render(report: Report, { json, csv }: OutputOptions): string {
  if (json) return renderJson(report);
  return csv ? renderCsv(report) : renderText(report);
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: Error) => {
    throw new RunError(`cannot write ${file}: ${error.message}`, { cause: error });
  });
}
