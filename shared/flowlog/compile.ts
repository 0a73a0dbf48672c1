import { mix, toIndex } from '../flow/interface-index.ts';
import {
  DROPPED,
  EGRESS,
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
import type { FieldPositions } from './field-positions.ts';
import { fieldKind } from './fields.ts';
import type { Format } from './format.ts';
import { type LineReader, Readers } from './readers.ts';
import { lineEnd, readAddress, readSeconds, readWide, wide } from './values.ts';

/*
 * The snippets that a reader is made of. `at` is where the reader is, `start` is where the
 * current value begins; after a snippet, `at` is at the end of the value.
 */

const REFUSE = 'return -1;';

/** Loads four bytes to `word`, and marks those of them that are blanks or newline in `ends`. */
const LOAD = 'ends = ((word = view.getInt32(at, true)) - 0x21212121) & ~word & 0x80808080';

/**
 * Moves `at` from within four bytes, one of them blank, to that blank. A value without a character
 * is refused. Uses branches, because most values are as long as those of the line before: with a
 * predicted branch the processor begins the next value at once, with a computed position it waits.
 */
const TO_BLANK = `
if ((ends & 0x80) === 0) {
  at++;
  if ((ends & 0x8000) === 0) {
    at++;
    if ((ends & 0x800000) === 0) at++;
  }
} else if (at === start) ${REFUSE}`;

/** Moves `at` to the blank that ends the value. */
const SKIP = `
start = at;
while ((${LOAD}) === 0) at += 4;${TO_BLANK}`;

/**
 * Reads up to nine digits to `n`; a dash, which `^ 48` makes 29, is 0. Of all bytes, `^ 48` makes numbers below 10 of digits alone, and none
 * that is negative: a number beyond 31 bits, as `>>> 0` makes of one, would have V8 drop its optimized code when the
 * first line without an address comes.
 */
const DIGITS = `
start = at;
n = bytes[at] ^ 48;
if (n < 10) {
  for (at++; (digit = bytes[at] ^ 48) < 10; at++) {
    n = (Math.imul(n, 10) + digit) | 0;
  }
} else if (n === 29) {
  n = 0;
  at++;
} else ${REFUSE}`;

/** Whether the value from `start` to `at` is this ASCII text, compared a word at a time. */
function is(text: string): string {
  const bytes = Buffer.from(text);
  const tests = [`at - start === ${bytes.length}`];
  let index = 0;
  for (; index + 4 <= bytes.length; index += 4) {
    tests.push(`view.getInt32(start + ${index}, true) === ${bytes.readInt32LE(index)}`);
  }
  for (; index < bytes.length; index++) tests.push(`bytes[start + ${index}] === ${bytes[index]}`);
  return tests.join(' && ');
}

/** Sets `target` to the number of the word that is the value, or to `other`. */
function choice(target: string, words: Record<string, number>, other: number): string {
  const tests = Object.entries(words).map(([text, number]) => `${is(text)} ? ${number} : `);
  return `
${SKIP}
flow.${target} = ${tests.join('')}${other};`;
}

const integer = (target: string, max: bigint) => `${DIGITS}
if (at - start > 9 || n > ${max}) ${REFUSE}
flow.${target} = n;`;

const counter = (target: string) => `${DIGITS}
if (at - start > 9) {
  if (!readWide(bytes, start, at)) ${REFUSE}
  flow.${target}High = wide.high | 0;
  flow.${target}Low = wide.low | 0;
} else {
  flow.${target}High = 0;
  flow.${target}Low = n;
}`;

/** Whether the four bytes of `word` are digits: 0x30 to 0x39, in which adding 6 changes no upper half. */
const ARE_DIGITS = '(word & (word + 0x06060606) & 0xf0f0f0f0) === 0x30303030';
/** Sets `target` to the number that the four digits of `word` are; the first is the lowest byte. */
const fourDigits = (target: string) => `
  word &= 0x0f0f0f0f;
  word = Math.imul(word, 10) + (word >>> 8);
  ${target} = (word & 0xff) * 100 + ((word >>> 16) & 0xff);`;

/** Ten digits below 2^31 are read in words of four; every other value is read by `readSeconds`. */
const seconds = (target: string) => `
start = at;
n = -1;
word = view.getInt32(at, true);
if (${ARE_DIGITS} && bytes[at + 10] <= 32) {${fourDigits('high')}
  word = view.getInt32(at + 4, true);
  if (high < 2147 && ${ARE_DIGITS}) {${fourDigits('low')}
    n = high * 10000 + low;
    high = bytes[at + 8] ^ 48;
    low = bytes[at + 9] ^ 48;
    n = high < 10 && low < 10 ? n * 100 + high * 10 + low : -1;
  }
}
if (n >= 0) {
  at += 10;
  flow.${target} = n;
} else {${DIGITS}
  flow.${target} = bytes[start] === 45 ? ${NO_TIME} : (n = readSeconds(bytes, start, at));
  if (n < 0) ${REFUSE}
}`;

/** Shifts one octet into `n`. Byte by byte: predicted branches cost half of a computed width. */
const OCTET = `
  octet = bytes[at++] ^ 48;
  if (octet > 9) break octets;
  if ((digit = bytes[at] ^ 48) < 10) {
    octet = octet * 10 + digit;
    if ((digit = bytes[++at] ^ 48) < 10) {
      octet = octet * 10 + digit;
      at++;
    }
  }
  if (octet > 255) break octets;
  n = (n << 8) | octet;`;
const DOT = `
  if (bytes[at++] !== 46) break octets;`;

/** IPv4 is written out, because a function is too large to be inlined; `readAddress` reads the rest. */
const address = (target: string) => `
start = at;
n = 0;
address: {
  octets: {${[OCTET, OCTET, OCTET, OCTET].join(DOT)}
    flow.${target}.family = 4;
    flow.${target}.w0 = n;
    break address;
  }
  if ((at = readAddress(bytes, start, flow.${target})) < 0) ${REFUSE}
}`;

/** Hashes a name and keeps where it begins; `-` is no name. */
const name = (rank: number) => `
start = at;
for (hash = 0; (${LOAD}) === 0; at += 4) hash = mix(hash, word);
hash = mix(hash, word & (((ends & -ends) >>> 7) - 1));${TO_BLANK}
name${rank} = at - start === 1 && bytes[start] === 45 ? -1 : start;
hash${rank} = hash;`;

/** What a field sets in the flow record. Fields that are missing here are only checked. */
const SETTERS: ReadonlyMap<string, string> = new Map([
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

/** An integer of 64 bits that is only checked. */
const CHECK_INTEGER = `${DIGITS}
if (at - start > 9 && !readWide(bytes, start, at)) ${REFUSE}`;

/** A field that sets nothing still has to be what its kind says. All addresses have a setter. */
const CHECKS = {
  text: SKIP,
  integer: CHECK_INTEGER,
  seconds: CHECK_INTEGER,
  address: REFUSE,
};

/** From the end of one value to the beginning of the next. */
const NEXT = `
if (bytes[at++] !== 32) ${REFUSE}`;

/** The line's end, and the flow's interface: its own name, else its resource, else its attachment. */
const END = `
if (bytes[at] !== 10 && (at = lineEnd(bytes, at)) < 0) ${REFUSE}
flow.regional = name0 < 0 && name1 >= 0;
if (name0 < 0) {
  hash0 = name1 < 0 ? hash2 : hash1;
  name0 = name1 < 0 ? name2 : name1;
}
flow.interfaceAt = name0;
flow.interfaceIndex = name0 < 0 ? 0 : toIndex(hash0);
return at;`;

/** Marks where the value is that was just read. */
const mark = (field: number) => `
from[${field}] = start;
to[${field}] = at;`;

const readers = new Readers();

/** What a new reader is given to before it reads. */
export type Prime = (reader: LineReader, format: Format) => void;

/**
 * The reader for one format: straight code, one snippet for each field, in the order of the fields.
 * A table of fields with a switch takes three times as long per line. The reader of a format is made once,
 * however many files and headers announce it, because V8 would have to optimize a new one again, which takes as
 * long as to read a hundred thousand lines. With positions it also marks where their fields are.
 */
export function compileReader(
  format: Format,
  positions?: FieldPositions,
  prime?: Prime,
): LineReader {
  const made = positions?.readers ?? readers;
  const known = made.get(format);
  if (known) return known;
  const reader = makeReader(format, positions);
  prime?.(reader, format);
  made.set(format, reader);
  return reader;
}

function makeReader(format: Format, positions?: FieldPositions): LineReader {
  const { names = [], from, to } = positions ?? {};
  const steps = format.map((field) => {
    const kind = fieldKind(field);
    const isMarked = kind === 'text' && names.includes(field);
    return (SETTERS.get(field) ?? CHECKS[kind]) + (isMarked ? mark(names.indexOf(field)) : '');
  });
  const body = `'use strict';
return function readLine(bytes, view, at, flow) {
let start = 0, word = 0, ends = 0;
let n = 0, digit = 0, octet = 0, high = 0, low = 0, hash = 0;
let name0 = -1, name1 = -1, name2 = -1, hash0 = 0, hash1 = 0, hash2 = 0;${steps.join(NEXT)}${END}
};`;
  const helpers = { from, toIndex, lineEnd, mix, readAddress, readSeconds, readWide, to, wide };
  return new Function(...Object.keys(helpers), body)(...Object.values(helpers));
}
