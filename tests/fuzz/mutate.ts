import type { Random } from './random.ts';

/** Bytes with a meaning to one of the readers. */
const BYTES = [
  0, 9, 10, 13, 32, 34, 45, 46, 48, 57, 58, 92, 123, 125, 0xef, 0xc2, 0xff, 0x1f, 0x8b,
];

/** JSON values of unexpected types. */
const VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 0.5, 1e308, 2 ** 53, '', 'x', '-1', '1e9', '9'.repeat(40), '__proto__'],
  ...[
    '\u001b[31m',
    '\u202e',
    '\ud800',
    '<script>',
    '{{resolve:x}}',
    '${x}',
    '%zz',
    '{',
    '[]',
    'null',
  ],
  ...['nat-0a', '10.0.0.1', '10.0.0.0/33', '::/0', '2026-11-28T00:00:00Z', 'a'.repeat(5000)],
  ...[[], {}, [null], [[]], [{}], { a: 1 }, { toString: 1 }, { length: -1 }],
];
const NAMES = ['x', '__proto__', 'constructor', 'toString', 'length', ''];
const CHARACTERS = [...'\n\0"\\{9=, :/.-', '\u202e', '\u{1f600}'];

/** A JSON value with members that are removed, renamed, duplicated, or of another type. */
export function mutateJson(random: Random, value: unknown): unknown {
  if (random.chance(0.03)) return random.pick(VALUES);
  if (typeof value === 'string') return random.chance(0.03) ? mutateText(random, value) : value;
  if (Array.isArray(value)) return mutateList(random, value);
  if (typeof value === 'object' && value !== null) return mutateMembers(random, value);
  return value;
}

function mutateList(random: Random, list: readonly unknown[]): unknown[] {
  const changed = list.map((element) => mutateJson(random, element));
  if (random.chance(0.03)) changed.push(random.pick(VALUES));
  if (random.chance(0.03)) changed.splice(random.below(changed.length), 1);
  if (random.chance(0.01)) changed.push(...changed);
  return changed;
}

function mutateMembers(random: Random, members: object): object {
  const entries = Object.entries(members)
    .filter(() => !random.chance(0.02))
    .map(([name, value]) => [
      random.chance(0.01) ? random.pick(NAMES) : name,
      mutateJson(random, value),
    ]);
  return Object.fromEntries(entries);
}

function mutateText(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.pick(CHARACTERS) + text.slice(at + random.below(2));
}

/** Flips, replaces and cuts off a few bytes, often none. */
export function mutateBytes(random: Random, bytes: Buffer, most = 4): Buffer {
  for (let left = random.below(most + 1); left > 0 && bytes.length > 0; left--) {
    const at = random.below(bytes.length);
    const flipped = (bytes[at] ?? 0) ^ (1 << random.below(8));
    bytes[at] = random.chance(0.5) ? random.pick(BYTES) : flipped;
  }
  return random.chance(0.2) ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes;
}

/** Copies of the parts between this many random cuts. Parts may be empty. */
export function cut(random: Random, bytes: Uint8Array, cuts: number): Buffer[] {
  const ends = random.list(cuts, cuts, () => random.below(bytes.length + 1)).sort((a, b) => a - b);
  return between(bytes, ends);
}

/** Copies of all bytes, one by one. */
export function everyByte(bytes: Uint8Array): Buffer[] {
  return between(bytes, [...bytes.keys()]);
}

function between(bytes: Uint8Array, ends: readonly number[]): Buffer[] {
  let from = 0;
  return [...ends, bytes.length].map((to) => {
    const part = Buffer.copyBytesFrom(bytes, from, to - from);
    from = to;
    return part;
  });
}
