import { fieldKind } from './fields.ts';
import type { Format } from './format.ts';
import type { LineReader } from './readers.ts';
import { TextFlow } from './text-flow.ts';

/** What values look like, by field or by kind of field: those of a line stand at the same index. */
const SAMPLES: Readonly<Record<string, readonly [string, string, string, string]>> = {
  address: ['-', '10.0.0.1', '192.168.100.255', '2001:db8::1'],
  seconds: ['-', '1700000000', '5', '1700000000000'],
  integer: ['-', '1', '200', '17'],
  packets: ['-', '12345678901', '200', '17'],
  bytes: ['-', '12345678901', '200', '17'],
  text: ['-', 'ab', 'abc', 'abcd'],
  action: ['-', 'ACCEPT', 'REJECT', 'ACCEPT'],
  'flow-direction': ['-', 'ingress', 'egress', 'ingress'],
  'log-status': ['-', 'OK', 'NODATA', 'SKIPDATA'],
};
/** V8 keeps no account of what a function does when it runs for the first time. */
const TIMES = 3;
/** What a reader may look at after a line. */
const SLACK_BYTES = 16;

/** Lines of this format with values of all kinds. */
export function sampleLines(format: Format): string[] {
  return [0, 1, 2, 3].map((index) =>
    format.map((field) => (SAMPLES[field] ?? SAMPLES[fieldKind(field)])?.[index]).join(' '),
  );
}

/**
 * Has a new reader take its rare branches. V8 compiles of a function what it has seen, and again when another
 * branch is taken: with the first line that has no addresses, all of a reader, which takes as long as to read
 * thousands of lines and tens of megabytes.
 */
export function prime(reader: LineReader, format: Format): void {
  const lines = sampleLines(format).map((line) =>
    Uint8Array.from(Buffer.from(`${line}\n${'\0'.repeat(SLACK_BYTES)}`)),
  );
  for (let time = 0; time < TIMES; time++) {
    for (const line of lines) reader(line, new DataView(line.buffer), 0, new TextFlow());
  }
}
