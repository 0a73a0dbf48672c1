import { type Raw, type Seen, seenOf } from './seen.ts';

function flows(raws: readonly Raw[]): readonly Seen[] {
  return raws.flatMap((raw) => seenOf(raw) ?? []);
}

/** Flows as JSON objects, one or several to a line; other lines are of the log. */
export function jsonLines(text: string): readonly Seen[] {
  const lines = text.replaceAll('}{', '}\n{').split('\n');
  return flows(lines.flatMap((line) => (line.startsWith('{') ? JSON.parse(line) : [])));
}

/** The lines of `ra`, with commas between the columns that their first line names. */
export function flowsOfRa(text: string): readonly Seen[] {
  const [header = '', ...lines] = text.trim().split('\n');
  const names = header.split(',');
  return flows(
    lines.map((line) => {
      const words = line.split(',').map((word, at) => [names[at] ?? '', word]);
      return Object.fromEntries(words.filter(([, word]) => word !== ''));
    }),
  );
}

/** The records of `ipfixDump -d`: lines of element number, name and value. */
export function flowsOfIpfixDump(text: string): readonly Seen[] {
  const records = text.split('--- data record ').slice(1);
  return flows(
    records.map((record) =>
      Object.fromEntries(
        [...record.matchAll(/^\t\(\d+\)[ (S)]* (\w+) : (.*)$/gm)].map(([, name, value]) => [
          name,
          value,
        ]),
      ),
    ),
  );
}

/** A value of the crate: wrapped in the name of its type. */
function unwrapped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [[type, inner] = []] = Object.entries(value);
  if (type === 'Duration') {
    const { secs, nanos } = inner as { secs: number; nanos: number };
    return secs * 1000 + nanos / 1e6;
  }
  return type === 'TcpControlBits' ? inner : unwrapped(inner);
}

/** The name of a field of the crate: v9's as it is, IPFIX's below the registry. */
function nameOf(name: unknown): string {
  return typeof name === 'string' ? name : String(Object.values(name as object)[0]);
}

interface Header {
  readonly unix_secs?: number;
  readonly sys_up_time?: number;
}

/** What netflow_parser prints for each datagram. */
export function flowsOfCrate(text: string): readonly Seen[] {
  const packets = text
    .trim()
    .split('\n')
    .flatMap((line) => JSON.parse(line).packets);
  const raws = packets.flatMap((packet: object) => {
    const { header, flowsets } = Object.values(packet)[0] as { header: Header; flowsets: Raw[] };
    const { unix_secs = 0, sys_up_time = 0 } = header;
    const boot = unix_secs * 1000 - sys_up_time;
    return flowsets.flatMap((set): Raw[] => {
      if (!('body' in set)) return [{ ...set, boot }];
      const records =
        (set['body'] as { Data?: { fields: [unknown, unknown][][] } }).Data?.fields ?? [];
      return records.map((fields) => ({
        ...Object.fromEntries(fields.map(([name, value]) => [nameOf(name), unwrapped(value)])),
        boot,
      }));
    });
  });
  return flows(raws);
}
