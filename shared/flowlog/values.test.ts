import { isIP } from 'node:net';
import { test } from '@jest/globals';
import fc from 'fast-check';
import { Address } from '../flow/record.ts';
import { readAddress } from './values.ts';

/** The text as an address in 32-bit words; undefined when it is not one. */
function read(text: string): number[] | undefined {
  const bytes = Buffer.from(`${text}${' '.repeat(16)}`);
  const address = new Address();
  if (readAddress(bytes, 0, address) !== text.length) return undefined;
  const { family, w0, w1, w2, w3 } = address;
  return [family, ...(family === 6 ? [w0, w1, w2, w3] : [w0])].map((word) => word >>> 0);
}

/** The same words by an independent reader, for comparison. */
function canonical(text: string): string {
  return new URL(`http://${text.includes(':') ? `[${text}]` : text}`).hostname;
}

function spell([family, ...words]: number[]): string {
  if (family === 4)
    return words.flatMap((w) => [w >>> 24, (w >>> 16) & 255, (w >>> 8) & 255, w & 255]).join('.');
  return words.flatMap((w) => [(w >>> 16).toString(16), (w & 0xffff).toString(16)]).join(':');
}

const typo = fc
  .tuple(
    fc.oneof(fc.ipV4(), fc.ipV6()),
    fc.nat(40),
    fc.constantFrom('', ':', '::', '.', '0', 'f', 'g', '1.2.3.4', ':1.2.3.4'),
  )
  .map(([text, at, piece]) => text.slice(0, at) + piece + text.slice(at + 1));
const text = fc.oneof(fc.ipV4(), fc.ipV6(), typo, fc.stringMatching(/^[0-9a-f:.]{1,20}$/));

test('a text is read as an address exactly when Node does, and as the same address', () => {
  fc.assert(
    fc.property(
      text.filter((t) => t !== '-' && !/(^|[.:])0\d+(\.|$)/.test(t)),
      (t) => {
        const words = read(t);
        if (words === undefined || isIP(t) === 0) return words === undefined && isIP(t) === 0;
        return canonical(spell(words)) === canonical(t);
      },
    ),
    { numRuns: 10_000 },
  );
});
