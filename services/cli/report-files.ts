import { readFile } from 'node:fs/promises';
import { mergeNames, type NameList } from '../../shared/names/claim.ts';
import { readNames } from '../../shared/names/read-names.ts';
import { ShapeError } from '../../shared/read-shape.ts';
import { type IpRanges, readIpRanges } from '../../shared/report/measure/ip-ranges.ts';
import { type Metered, readMetrics } from '../../shared/report/measure/metrics.ts';
import {
  mergeDescriptions,
  readDescription,
  type VpcDescription,
} from '../../shared/report/model/vpc-description.ts';
import { UsageError } from './errors.ts';
import type { ReportOptions } from './report-options.ts';

/** What the files beside the flow logs say; undefined of those that are not given. */
export interface FilesBeside {
  readonly network: VpcDescription | undefined;
  readonly metered: Metered | undefined;
  readonly ranges: IpRanges | undefined;
  readonly names: NameList | undefined;
}

/**
 * Reads the files of `--vpc`, `--metrics`, `--ip-ranges` and `--names`.
 * @throws UsageError naming the option and the file when one cannot be read or has another shape.
 */
export async function readBeside(options: ReportOptions): Promise<FilesBeside> {
  const { vpc = [], metrics, ipRanges, names = [] } = options;
  const descriptions = await readAll('--vpc', vpc, fromJson(readDescription));
  const lists = await readAll('--names', names, readNames);
  const [metered] = await readAll('--metrics', metrics, fromJson(readMetrics));
  const [ranges] = await readAll('--ip-ranges', ipRanges, fromJson(readIpRanges));
  return {
    network: descriptions.length > 0 ? mergeDescriptions(descriptions) : undefined,
    names: lists.length > 0 ? mergeNames(lists) : undefined,
    metered,
    ranges,
  };
}

function fromJson<T>(read: (value: unknown, what: string) => T) {
  return (text: string, what: string): T => read(JSON.parse(text), what);
}

async function readAll<T>(
  option: string,
  files: string | readonly string[] = [],
  read: (text: string, what: string) => T,
): Promise<T[]> {
  return await Promise.all([files].flat().map((file) => readOne(option, file, read)));
}

async function readOne<T>(
  option: string,
  file: string,
  read: (text: string, what: string) => T,
): Promise<T> {
  const what = `${option} ${file}`;
  try {
    return read(await readFile(file, 'utf8'), what);
  } catch (cause) {
    const { message } = cause as Error;
    throw new UsageError(cause instanceof ShapeError ? message : `${what}: ${message}`, { cause });
  }
}
