import { isWanted, type Legs } from '../../shared/flow/legs.ts';
import { type FlowRecord, NO_TIME } from '../../shared/flow/record.ts';
import type { Format } from '../../shared/flowlog/format.ts';
import type { CurrentLine, FlowSource, Line } from '../../shared/flowlog/source.ts';
import type { Minute, Traffic } from './traffic.ts';

/** The user's flow log files as traffic, with the settings that a stack needs for them. */
export interface FileTraffic extends Traffic {
  readonly format: Format;
  readonly lines: number;
  /** Bytes per minute, below those of every minute: the alarm lasts as long as the files do. */
  readonly threshold: number;
}

interface FileMinute {
  bytes: number;
  readonly lines: string[];
}

const MINUTE_S = 60;
const UNTIMED = -1;
/** The minute of files without times. */
const DEFAULT_MINUTE = Date.UTC(2026, 10, 22, 10, 12) / 60_000;
const TWO_32 = 2 ** 32;
/** A calm minute, and one that raises the alarm, so that the recording has begun before the first line. */
const LEAD_MINUTES = 2;
const CALM_MINUTES = 3;
const GATEWAY = {
  id: 'nat-00000000000000001',
  name: 'your-files',
  mode: 'zonal',
  interfaces: ['eni-00000000000000001'],
  address: '10.0.0.1',
  vpcId: '-',
  subnetId: '-',
} as const;

/**
 * Reads flow log files as the traffic of one gateway. The lines stay as they are; minutes without lines are
 * left out. @throws RangeError when the formats differ, or there is no line.
 */
export async function fileTraffic(
  files: readonly { readonly name: string; readonly source: FlowSource }[],
  legs: Legs,
): Promise<FileTraffic> {
  const minutes = new Map<number, FileMinute>();
  let format: Format | undefined;
  for (const { name, source } of files) {
    const found = await readFile(source, minutes, legs);
    if (format !== undefined && String(found) !== String(format)) {
      throw new RangeError(`${name} has another format than the files before it`);
    }
    format = found;
  }
  placeUntimed(minutes);
  const known = [...minutes.keys()].sort((a, b) => a - b);
  const played = known.map((minute) => minutes.get(minute)).filter((each) => each !== undefined);
  const [first] = known;
  if (format === undefined || first === undefined) throw new RangeError('there is no line');
  return {
    ...trafficOf(played, (first - LEAD_MINUTES) * MINUTE_S * 1000),
    format,
    lines: played.reduce((sum, { lines }) => sum + lines.length, 0),
    threshold: Math.floor(Math.min(...played.map(({ bytes }) => bytes)) / 2),
  };
}

/** Moves the lines before the first time, which are all of them in a format without times, to the first minute. */
function placeUntimed(minutes: Map<number, FileMinute>): void {
  const untimed = minutes.get(UNTIMED);
  if (untimed === undefined) return;
  minutes.delete(UNTIMED);
  const first = minutes.size > 0 ? Math.min(...minutes.keys()) : DEFAULT_MINUTE;
  const { bytes, lines } = minutes.get(first) ?? { bytes: 0, lines: [] };
  minutes.set(first, { bytes: untimed.bytes + bytes, lines: [...untimed.lines, ...lines] });
}

function trafficOf(played: readonly FileMinute[], start: number): Traffic {
  return {
    start,
    minutes: LEAD_MINUTES + played.length + CALM_MINUTES,
    gateways: [GATEWAY],
    minute(_, index): Minute {
      const minute = played[index - LEAD_MINUTES];
      const metered = index === LEAD_MINUTES - 1 ? played[0] : minute;
      // At least 1, so that a minute of lines without bytes raises the alarm too.
      const bytes = metered === undefined ? 0 : Math.max(1, metered.bytes);
      // The alarm compares the sum of both directions, so the bytes may be given as one of them.
      const sides = { BytesInFromSource: bytes, BytesInFromDestination: 0 };
      return { metered: sides, bytes: () => bytes, lines: () => minute?.lines ?? [] };
    },
  };
}

async function readFile(
  source: FlowSource,
  minutes: Map<number, FileMinute>,
  legs: Legs,
): Promise<Format> {
  let format: Format = [];
  let current = UNTIMED;
  const keep = (bytes: number, line: Line) => {
    format = line.format;
    const minute = minutes.get(current) ?? { bytes: 0, lines: [] };
    minutes.set(current, minute);
    minute.lines.push(line.text);
    minute.bytes += bytes;
  };
  const onFlow = (flow: FlowRecord, { line }: CurrentLine) => {
    if (flow.start !== NO_TIME) current = Math.floor(flow.start / MINUTE_S);
    const bytes = (flow.bytesHigh >>> 0) * TWO_32 + (flow.bytesLow >>> 0);
    keep(isWanted(flow, legs) ? bytes : 0, line);
  };
  const onOther = (_: unknown, { line }: CurrentLine) => keep(0, line);
  for await (const _ of source.read({ onFlow, onOther })) {
    // The callbacks keep every line.
  }
  return format;
}
