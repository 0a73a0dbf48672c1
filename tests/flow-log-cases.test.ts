import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { Value } from '../shared/flowlog/describe.ts';
import type { Outcome } from '../shared/flowlog/source.ts';
import { flowLogFixtures, textOf } from './support/fixtures.ts';
import { describeWithPeerData, PEER_DATA, readJsonLines } from './support/peer-data.ts';
import { readLines } from './support/read-lines.ts';

/** Sizes of the pieces in which a file is read: lines and values are cut anywhere. */
const PIECES = [1, 13, 100, 100_000];

interface Case {
  readonly id: string;
  readonly format: string;
  readonly line: string;
  readonly outcome: Outcome;
  readonly expected: Record<string, Value> | null;
  readonly ambiguous?: true;
}

interface File {
  readonly file: string;
  readonly gzip: boolean;
  readonly format: string | null;
  readonly verdicts: string;
}

const LETTERS: Record<Outcome, string> = {
  flow: 'F',
  nodata: 'N',
  skipdata: 'S',
  nonflow: 'X',
  malformed: 'M',
};

const asText = (fields: Record<string, Value>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));

describe('every line of a fixture is read as in the JSON file beside it, in pieces of any size', () => {
  test.each(flowLogFixtures())('$file: $what', async ({ bytes, format, lines }) => {
    const text = await textOf(bytes);
    for (const pieceBytes of PIECES) {
      expect(readLines(text, { ...(format && { format }), pieceBytes })).toEqual(lines);
    }
  });
});

describeWithPeerData('lines that other parsers are tested with', () => {
  const cases = readJsonLines<Case>('cases.jsonl');

  test.each(cases.filter((c) => !c.ambiguous))('$id reads as expected', (c) => {
    const [line, ...more] = readLines(c.line, { format: c.format });
    expect(more).toEqual([]);
    expect(line?.outcome).toBe(c.outcome);
    if (c.expected) expect(asText(line?.fields ?? {})).toMatchObject(asText(c.expected));
    expect(line?.reason !== undefined).toBe(c.outcome === 'malformed');
  });

  test.each(cases.filter((c) => c.ambiguous))(
    '$id, which other programs read differently, shifts no column',
    (c) => {
      const [line, ...more] = readLines(c.line, { format: c.format });
      expect(more).toEqual([]);
      if (line?.outcome !== 'malformed' && c.expected) {
        expect(asText(line?.fields ?? {})).toMatchObject(asText(c.expected));
      }
    },
  );

  test.each(readJsonLines<File>('flowlogs.jsonl'))(
    'every line of $file is read as expected, in pieces of any size',
    ({ file, gzip, format, verdicts }) => {
      const bytes = readFileSync(new URL(`flowlogs/${file}`, PEER_DATA));
      const text = gzip ? gunzipSync(bytes) : bytes;
      const expected = verdicts.replace(/[HB]/g, '');
      for (const pieceBytes of PIECES) {
        const lines = readLines(text, { ...(format && { format }), pieceBytes });
        expect(lines.map(({ outcome }) => LETTERS[outcome]).join('')).toBe(expected);
      }
    },
  );
});
