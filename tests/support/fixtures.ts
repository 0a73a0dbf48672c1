import { readdirSync, readFileSync } from 'node:fs';
import { decompress } from '../../shared/flowlog/decompress.ts';
import type { Value } from '../../shared/flowlog/describe.ts';
import { textOf as textOfForm } from '../../shared/flowlog/file-text.ts';
import { byForm } from '../../shared/flowlog/form.ts';
import type { Outcome } from '../../shared/flowlog/source.ts';
import type { Version } from '../../shared/netflow/protocol.ts';

const FIXTURES = new URL('../fixtures/', import.meta.url);

/** The expected reading of a flow log line. Headers and blank lines only count in `number`. */
export interface FixtureLine {
  readonly number: number;
  readonly outcome: Outcome;
  readonly fields: Readonly<Record<string, Value>>;
  /** Why the line is malformed. */
  readonly reason?: string;
}

/** A flow log file (gzip if its name ends in .gz), and the content of its JSON file. */
export interface FlowLogFixture {
  readonly file: string;
  readonly path: string;
  readonly bytes: Buffer;
  readonly what: string;
  /** The format to assume when the file has no header and not the default format. */
  readonly format?: string;
  readonly lines: readonly FixtureLine[];
}

/** The flow logs of tests/fixtures/flow-logs. */
export function flowLogFixtures(): FlowLogFixture[] {
  return filesIn('flow-logs/', /\.log(\.gz)?$/).map(({ file, url, beside }) => ({
    file,
    path: url.pathname,
    bytes: readFileSync(url),
    ...(beside as Pick<FlowLogFixture, 'what' | 'format' | 'lines'>),
  }));
}

/** The flow log text of a file: inflated, and unwrapped from Firehose's failed records. */
export async function textOf(bytes: Uint8Array): Promise<Buffer> {
  async function* input() {
    yield bytes;
  }
  const pieces: Buffer[] = [];
  // A copy, because a piece is only valid until the next is read.
  for await (const piece of byForm(decompress(input()), textOfForm)) {
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces);
}

/** An event of AWS, and the content of its JSON file. */
export interface EventFixture<Expected> {
  readonly name: string;
  readonly event: unknown;
  readonly expected: Expected;
}

/** The events of the function that this folder of tests/fixtures/events is named after. */
export function eventFixtures<Expected>(service: string): EventFixture<Expected>[] {
  return filesIn(`events/${service}/`, /(?<!\.expected)\.json$/, '.expected.json').map(
    ({ file, url, beside }) => ({
      name: `${service}/${file}`,
      event: JSON.parse(readFileSync(url, 'utf8')),
      expected: beside as Expected,
    }),
  );
}

/** A capture of export packets, and the expected decoding of each from its JSON file. */
export interface CaptureFixture {
  readonly file: string;
  readonly bytes: Buffer;
  readonly what: string;
  /** The settings of natflow's exporter that wrote it; `now` in Unix milliseconds. */
  readonly exporter?: {
    readonly version: Version;
    readonly domain: number;
    readonly now: number;
    readonly logs: readonly string[];
  };
  /** What `natflow collect` shows of its flows, in part, where that takes more than a record: rates and times. */
  readonly flows?: readonly object[];
  /** Header, sets, templates and records; `error` when a part cannot be read. */
  readonly datagrams: readonly Readonly<Record<string, unknown>>[];
}

/** The captures of tests/fixtures/netflow. */
export function captureFixtures(): CaptureFixture[] {
  return filesIn('netflow/', /\.pcap$/).map(({ file, url, beside }) => ({
    file,
    bytes: readFileSync(url),
    ...(beside as Omit<CaptureFixture, 'file' | 'bytes'>),
  }));
}

/** The files of a fixture folder with this ending, each with the JSON file of the same name. */
function filesIn(folder: string, ending: RegExp, besideEnding = '.json') {
  const base = new URL(folder, FIXTURES);
  const files = readdirSync(base).filter((file) => ending.test(file));
  if (files.length === 0) throw new Error(`no fixtures in ${base}`);
  return files.map((file) => {
    const json = readFileSync(new URL(file.replace(ending, besideEnding), base), 'utf8');
    return { file, url: new URL(file, base), beside: JSON.parse(json) as unknown };
  });
}
