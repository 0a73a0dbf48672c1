import {
  DROPPED,
  EGRESS,
  type FlowRecord,
  FORWARDED,
  INGRESS,
  NO_TIME,
  NODATA,
  OK,
  OTHER_STATUS,
  SKIPDATA,
  UNKNOWN_DIRECTION,
  UNKNOWN_STATUS,
} from '../flow/record.ts';
import { fieldKind } from './fields.ts';
import type { Format } from './format.ts';
import type { Notes } from './notes.ts';
import { lineEnd, readAddress, readSeconds, readWide, wide } from './values.ts';

/**
 * Reads the line whose first value begins at `at` into `flow` and returns where its newline stands,
 * or -1 when the line does not read as the format says. `bytes` and `view` show the same window;
 * sixteen bytes after the line's newline can be read, whatever they hold.
 */
export type LineReader = (
  bytes: Uint8Array,
  view: DataView,
  at: number,
  flow: FlowRecord,
) => number;

const REFUSE = 'return -1;';

/** Loads four bytes to \`n\`; the bits of \`w\` then mark those that are blanks or newline. */
const LOAD = 'w = ((n = view.getInt32(p, true)) - 0x21212121) & ~n & 0x80808080';

/**
 * Moves `p` from within four bytes, one of them blank, to that blank; a value without a character
 * is refused. Branches, because most values are as long as those of the line before: a predicted
 * branch lets the processor begin with the next value, where a computed position makes it wait.
 */
const TO_BLANK = `
  if ((w & 0x80) === 0) {
    p++;
    if ((w & 0x8000) === 0) {
      p++;
      if ((w & 0x800000) === 0) p++;
    }
  } else if (p === q) ${REFUSE}`;

/** Moves `p` to the blank that ends the value; \`q\` is where it began. */
const SKIP = `
  q = p;
  while ((${LOAD}) === 0) p += 4;${TO_BLANK}`;

/** Reads up to nine digits from `p` to `n`, or leaves \`n\` 0 at a dash; \`q\` is where the value began. */
const DIGITS = `
  q = p;
  n = bytes[p] - 48;
  if (n >>> 0 < 10) {
    for (p++; (c = bytes[p] - 48) >>> 0 < 10; p++) n = (Math.imul(n, 10) + c) | 0;
  } else if (n === -3) {
    n = 0;
    p++;
  } else ${REFUSE}`;

/** Whether the value from `q` to `p` is this ASCII text, compared a word at a time. */
function is(text: string): string {
  const bytes = Buffer.from(text);
  const tests = [`p - q === ${bytes.length}`];
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    tests.push(`view.getInt32(q + ${at}, true) === ${bytes.readInt32LE(at)}`);
  }
  for (; at < bytes.length; at++) tests.push(`bytes[q + ${at}] === ${bytes[at]}`);
  return tests.join(' && ');
}

/** Sets `target` to the number that belongs to the word standing there, or to `other`. */
function choice(target: string, words: Record<string, number>, other: number): string {
  const tests = Object.entries(words).map(([text, number]) => `${is(text)} ? ${number} : `);
  return `
${SKIP}
  flow.${target} = ${tests.join('')}${other};`;
}

const integer = (target: string, max: bigint) => `${DIGITS}
  if (p - q > 9 || n > ${max}) ${REFUSE}
  flow.${target} = n;`;

const counter = (target: string) => `${DIGITS}
  if (p - q > 9) {
    if (!readWide(bytes, q, p)) ${REFUSE}
    flow.${target}High = wide.high | 0;
    flow.${target}Low = wide.low | 0;
  } else {
    flow.${target}High = 0;
    flow.${target}Low = n;
  }`;

/** Four digits of the word \`w\`: whether they are digits, and their value (the first is the lowest byte). */
const DIGITS_IN_W = `(((w & 0xf0f0f0f0) ^ 0x30303030) | (((w + 0x06060606) & 0xf0f0f0f0) ^ 0x30303030)) === 0`;
const FOUR_OF_W = `
    w = (Math.imul(w & 0x0f0f0f0f, 10) + ((w & 0x0f0f0f0f) >>> 8)) | 0;
    w = (w & 0xff) * 100 + ((w >>> 16) & 0xff);`;

/** Ten digits below 2^31 are read eight at a time; all else goes the long way. */
const seconds = (target: string) => `
  q = p;
  n = -1;
  w = view.getInt32(p, true);
  if (${DIGITS_IN_W} && bytes[p + 10] <= 32) {${FOUR_OF_W}
    c = w;
    w = view.getInt32(p + 4, true);
    if (c < 2147 && ${DIGITS_IN_W}) {${FOUR_OF_W}
      n = c * 10000 + w;
      c = bytes[p + 8] - 48;
      w = bytes[p + 9] - 48;
      n = c >>> 0 < 10 && w >>> 0 < 10 ? n * 100 + c * 10 + w : -1;
    }
  }
  if (n >= 0) {
    p += 10;
    flow.${target} = n;
  } else {${DIGITS}
    flow.${target} = bytes[q] === 45 ? ${NO_TIME} : (n = readSeconds(bytes, q, p));
    if (n < 0) ${REFUSE}
  }`;

/** One octet, byte by byte, shifted into \`n\`: predicted branches cost half of a computed width. */
const OCTET = `
    c = bytes[p++] - 48;
    if (c >>> 0 > 9) break octets;
    if ((w = bytes[p] - 48) >>> 0 < 10) {
      c = c * 10 + w;
      if ((w = bytes[++p] - 48) >>> 0 < 10) {
        c = c * 10 + w;
        p++;
      }
    }
    if (c > 255) break octets;
    n = (n << 8) | c;`;
const DOT = `
    if (bytes[p++] !== 46) break octets;`;

/** IPv4 is written out, because a call is too large to be inlined; all else goes the long way. */
const address = (target: string) => `
  q = p;
  n = 0;
  address: {
    octets: {${[OCTET, OCTET, OCTET, OCTET].join(DOT)}
      flow.${target}.family = 4;
      flow.${target}.w0 = n;
      break address;
    }
    if ((p = readAddress(bytes, q, flow.${target})) < 0) ${REFUSE}
  }`;

/**
 * The number of an interface is a hash of its name, 1 to 2^31-1, so that it is the same in every
 * process and after every restart. \`-\` is no name.
 */
const name = (rank: number) => `
  q = p;
  for (c = 0; (${LOAD}) === 0; p += 4) c = mix(c, n);
  c = mix(c, n & (((w & -w) >>> 7) - 1));${TO_BLANK}
  at${rank} = p - q === 1 && bytes[q] === 45 ? -1 : q;
  index${rank} = (c & 0x7fffffff) || 1;`;

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** What a field fills in the flow record. Fields not named here are only checked. */
const FILLS: ReadonlyMap<string, string> = new Map([
  ['srcaddr', address('source')],
  ['dstaddr', address('destination')],
  ['pkt-srcaddr', address('packetSource')],
  ['pkt-dstaddr', address('packetDestination')],
  ['srcport', integer('sourcePort', 65535n)],
  ['dstport', integer('destinationPort', 65535n)],
  ['protocol', integer('protocol', 255n)],
  ['tcp-flags', integer('tcpFlags', 255n)],
  ['packets', counter('packets')],
  ['bytes', counter('bytes')],
  ['start', seconds('start')],
  ['end', seconds('end')],
  ['interface-id', name(0)],
  ['resource-id', name(1)],
  ['tgw-attachment-id', name(2)],
  ['action', choice('forwardingStatus', { ACCEPT: FORWARDED, REJECT: DROPPED }, UNKNOWN_STATUS)],
  ['flow-direction', choice('direction', { ingress: INGRESS, egress: EGRESS }, UNKNOWN_DIRECTION)],
  ['log-status', choice('logStatus', { OK, NODATA, SKIPDATA }, OTHER_STATUS)],
]);

/** An integer of 64 bits that fills nothing. */
const WHOLE = `${DIGITS}
  if (p - q > 9 && !readWide(bytes, q, p)) ${REFUSE}`;

/** A field that fills nothing still has to be what its type says. */
const CHECKS = {
  text: SKIP,
  integer: WHOLE,
  seconds: WHOLE,
  address: REFUSE,
};

/** From the end of one value to the beginning of the next. */
const NEXT = `
  if (bytes[p++] !== 32) ${REFUSE}`;

/** The line's end, and the interface: by its own name, else as the resource or the attachment. */
const END = `
  if (bytes[p] !== 10 && (p = lineEnd(bytes, p)) < 0) ${REFUSE}
  if (at0 >= 0) {
    flow.interfaceAt = at0;
    flow.interfaceIndex = index0;
  } else if (at1 >= 0) {
    flow.interfaceAt = at1;
    flow.interfaceIndex = index1;
  } else {
    flow.interfaceAt = at2;
    flow.interfaceIndex = at2 < 0 ? 0 : index2;
  }
  flow.regional = at0 < 0 && at1 >= 0;
  return p;`;

/** Code after a text field whose position is requested. */
const note = (index: number) => `
  from[${index}] = q;
  to[${index}] = p;`;

const readers = new WeakMap<Format, LineReader>();

/**
 * The reader for one format: straight code, one statement after another in the order of the fields.
 * A table of fields with a switch costs three times as much per line. It is written once for a
 * format, because what V8 has learned of it would be lost with it. With notes it also marks in them
 * where their fields stand.
 */
export function compileReader(format: Format, notes?: Notes): LineReader {
  if (notes !== undefined) return writeReader(format, notes);
  const reader = readers.get(format) ?? writeReader(format);
  readers.set(format, reader);
  return reader;
}

function writeReader(format: Format, notes?: Notes): LineReader {
  const { fields = [], from, to } = notes ?? {};
  const steps = format.map((field) => {
    const kind = fieldKind(field);
    const isNoted = kind === 'text' && fields.includes(field);
    return (FILLS.get(field) ?? CHECKS[kind]) + (isNoted ? note(fields.indexOf(field)) : '');
  });
  from?.fill(0);
  to?.fill(0);
  const body = `'use strict';
return function readLine(bytes, view, at, flow) {
  let p = at, q = 0, n = 0, c = 0, w = 0;
  let at0 = -1, at1 = -1, at2 = -1, index0 = 0, index1 = 0, index2 = 0;${steps.join(NEXT)}${END}
};`;
  const helpers = { from, lineEnd, mix, readAddress, readSeconds, readWide, to, wide };
  return new Function(...Object.keys(helpers), body)(...Object.values(helpers));
}
