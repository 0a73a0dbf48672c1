import { unwrapFailed } from '../../shared/flowlog/envelope/envelope.ts';
import { FlowLogParser } from '../../shared/flowlog/parser.ts';

/** A flow log line, plain and in the JSON envelope of Firehose. */
export const LINE =
  '2 123456789012 eni-0a11bb22cc33dd44e 10.0.0.7 203.0.113.9 1024 443 6 9 840 1795338000 1795338060 ACCEPT OK';
export const WRAPPED = `${JSON.stringify({ message: LINE })}\n`;

export const base64 = (raw: string | Uint8Array) => Buffer.from(raw).toString('base64');
export const older = (raw: string | Uint8Array) =>
  JSON.stringify({ attemptsMade: 4, errorCode: 'a {b} "c"', rawData: base64(raw), lambdaArn: 'x' });
export const newer = (raw: string | Uint8Array) =>
  JSON.stringify({ rawData: base64(raw), lambdaARN: 'x', attemptsMade: 1 });

/** The text cut into pieces at these positions. */
export async function* cut(text: Buffer, cuts: readonly number[]) {
  let from = 0;
  for (const to of [...cuts, text.length]) {
    // A copy, because the parser may write to it.
    yield Buffer.copyBytesFrom(text, from, to - from);
    from = to;
  }
}

export function everyNth(text: Uint8Array, size: number): number[] {
  return Array.from({ length: Math.floor(text.length / size) }, (_, i) => (i + 1) * size);
}

export async function readPieces(pieces: AsyncIterable<Uint8Array>) {
  const parser = new FlowLogParser();
  const parts: Buffer[] = [];
  for await (const piece of unwrapFailed(pieces)) {
    parts.push(Buffer.from(piece));
    parser.write(piece);
  }
  parser.end();
  const text = Buffer.concat(parts);
  return { ...parser.counts, text: text.toString(), length: text.length };
}
