import { describeLine, type Value } from '../../shared/flowlog/describe.ts';
import { type Format, parseFormat } from '../../shared/flowlog/format.ts';
import { FlowLogParser } from '../../shared/flowlog/parser.ts';
import type { Outcome } from '../../shared/flowlog/source.ts';

/** One line as read by the parser and the description together. */
export interface ReadLine {
  readonly number: number;
  readonly outcome: Outcome;
  readonly fields: Record<string, Value>;
  readonly reason?: string;
}

/** Reads flow log text, as a whole or in pieces of this many bytes. */
export function readLines(
  text: string | Uint8Array,
  { format, pieceBytes = Number.POSITIVE_INFINITY }: { format?: string; pieceBytes?: number } = {},
): ReadLine[] {
  const read: ReadLine[] = [];
  const keep = (outcome: Outcome) => {
    const { number, text: line, format } = parser.line;
    read.push({ number, outcome, ...describeLine(line, format) });
  };
  const given: Format | undefined = format === undefined ? undefined : parseFormat(format);
  const parser = new FlowLogParser({ format: given, onFlow: () => keep('flow'), onOther: keep });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    parser.write(bytes.subarray(at, at + pieceBytes));
  }
  parser.end();
  return read;
}
