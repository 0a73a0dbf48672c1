import { gzipSync } from 'node:zlib';
import { DEFAULT_FORMAT, RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { synthesize } from '../../shared/flowlog/synth.ts';
import { mutateBytes } from './mutate.ts';
import type { Random } from './random.ts';

const LINES = [...synthesize({ flows: 200, seed: 3 })].join('').trimEnd().split('\n').slice(1);
const DEFAULT_LINES = LINES.map((line) =>
  line.split(' ').slice(0, DEFAULT_FORMAT.length).join(' '),
);

/** Values of a field, near the limits of every type. */
const VALUES = [
  ...['-', '0', '1', '255', '256', '65535', '65536', '4294967295', '4294967296', '000000000012'],
  ...['9007199254740993', '18446744073709551615', '18446744073709551616', '9'.repeat(23)],
  ...['1795338000', '1795338000000', '2147483647', '2147483648', '99999999999', '100000000000'],
  ...['10.0.0.1', '255.255.255.255', '256.1.1.1', '1.2.3', '1.2.3.4.5', '01.2.3.4', ':::', '::'],
  ...['::1', '2001:db8::1', 'fe80::1%eth0', '::ffff:1.2.3.4', '1:2:3:4:5:6:7:8:9', '+1', '-1'],
  ...['OK', 'NODATA', 'SKIPDATA', 'ACCEPT', 'REJECT', 'ingress', 'é', '\u2028', '1e3', '0x10'],
  ...['nat-0', 'eni-0123456789abcdef0', 'x'.repeat(300), '\0', '"', '\\', '{', '}'],
  ...['{"message":"x"}', 'version', 'srcaddr'],
];
const SEPARATORS = [' ', ' ', ' ', ' ', ' ', ' ', ' ', '  ', '\t', ' \r', '\u00a0'];
const HEADER_NAMES = ['new-field', 'x', 'Constructor', '__proto__', 'constructor'];

/** A valid line, as natflow or AWS writes it. */
export function validLine(random: Random): string {
  return random.pick(random.chance(0.7) ? LINES : DEFAULT_LINES);
}

/** A line with random values, possibly too many or too few, or a header line. */
export function line(random: Random): string {
  if (random.chance(0.02)) return header(random);
  if (random.chance(0.5)) return validLine(random);
  const values = validLine(random).split(' ');
  for (let left = 1 + random.below(2); left > 0; left--) {
    const at = random.below(values.length);
    const replaced = random.chance(0.9) ? 1 : random.below(2);
    values.splice(at, replaced, ...(random.chance(0.95) ? [random.pick(VALUES)] : []));
  }
  return values.join(random.pick(SEPARATORS));
}

function header(random: Random): string {
  const names: string[] = [...random.pick([RECORDING_FORMAT, DEFAULT_FORMAT])];
  names.sort(() => random.next() - 0.5);
  if (random.chance(0.3)) names.splice(random.below(names.length), 1);
  if (random.chance(0.2)) names[random.below(names.length)] = random.pick(HEADER_NAMES);
  return (random.chance(0.3) ? names.map((name) => `\${${name}}`) : names).join(' ');
}

const message = (text: string) => JSON.stringify({ message: text });
const newline = (random: Random) => random.pick(['\n', '\n', '\r\n', '']);

/** Every envelope of lines, and one that is cut off. */
const WRAPPINGS: readonly ((random: Random) => string)[] = [
  (random) => `${line(random)}\n`,
  (random) => `${line(random)}\n`,
  (random) => `${line(random)}\r\n`,
  (random) => message(validLine(random)) + newline(random),
  (random) => message(line(random)) + newline(random),
  (random) => message(`${line(random)}\n${line(random)}`) + newline(random),
  (random) => message(message(line(random))) + newline(random),
  (random) => payload(random) + newline(random),
  (random) => message(line(random)).slice(0, random.below(200)) + newline(random),
  (random) => escaped(random, line(random)) + newline(random),
];

function payload(random: Random): string {
  const messageType = random.pick(['DATA_MESSAGE', 'DATA_MESSAGE', 'CONTROL_MESSAGE']);
  const logEvents = random.list(0, 4, () => ({ id: '1', message: line(random) }));
  const json = JSON.stringify({ messageType, logEvents });
  if (random.chance(0.7)) return json;
  return JSON.stringify({ awslogs: { data: gzipSync(json).toString('base64') } });
}

function escaped(random: Random, text: string): string {
  const unit = (code: number) => `\\u${code.toString(16).padStart(4, '0')}`;
  const inJson = (character: string) =>
    random.chance(0.1) ? unit(character.charCodeAt(0)) : JSON.stringify(character).slice(1, -1);
  return `{"message":"${text.split('').map(inJson).join('')}"}`;
}

/** Lines in any mixture of envelopes. */
export function text(random: Random, most: number): string {
  const begin = random.chance(0.4) ? `${RECORDING_FORMAT.join(' ')}\n` : '';
  return begin + random.list(1, most, () => random.pick(WRAPPINGS)(random)).join('');
}

/** One very long token. */
function longToken(random: Random): string {
  const token = random.pick([
    '7',
    '0',
    'f:',
    '"',
    '{',
    '{}',
    '}',
    ' ',
    '\\',
    '1 ',
    'srcaddr ',
    'é',
  ]);
  const long = token.repeat(random.pick([1000, 66_000, 300_000]));
  const around = random.pick<(long: string) => string>([
    (long) => long,
    (long) => `{"message":"${long}"}`,
    (long) => `{"message":"${long}`,
    (long) => `{"rawData":"${long}`,
    (long) => validLine(random).replace(/ \d+ /, ` ${long} `),
    (long) => long + validLine(random),
  ]);
  return around(long) + newline(random);
}

/** Text as bytes, some of which may be corrupted. */
export function damagedText(random: Random, most: number): Buffer {
  const bytes = Buffer.from(random.chance(0.002) ? longToken(random) : text(random, most));
  return random.chance(0.5) ? mutateBytes(random, bytes) : bytes;
}
