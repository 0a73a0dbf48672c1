import { describe, expect, test } from '@jest/globals';
import { readLines } from '../../tests/support/read-lines.ts';
import { INGRESS, UNKNOWN_DIRECTION } from '../flow/record.ts';
import { FieldPositions } from './field-positions.ts';
import { DEFAULT_FORMAT } from './format.ts';
import { FlowLogParser } from './parser.ts';
import { synthesize } from './synth.ts';
import { TextFields } from './text-fields.ts';

const LINE =
  '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK';
const OTHER = LINE.replace('20641', '20642');
const wrapped = (line: string) => JSON.stringify({ message: line });

/** The source ports of the flows read, and what other lines are. */
function ports(text: string, pieceBytes?: number): unknown[] {
  const options = pieceBytes === undefined ? {} : { pieceBytes };
  return readLines(text, options).map(({ outcome, fields }) =>
    outcome === 'flow' ? fields['srcport'] : outcome,
  );
}

describe('lines without a header, when no format is given', () => {
  const ours = [...synthesize({ flows: 4, seed: 1 })].join('').split('\n').slice(1, 3).join('\n');

  test.each([
    ['plain', ours],
    ['after a malformed line', `junk\n${ours}`],
    ['in records', ours.split('\n').map(wrapped).join('')],
  ])('are read as natflow writes them: %s', (_, text) => {
    for (const pieceBytes of [1, 50, 10_000]) {
      const flows = readLines(text, { pieceBytes }).filter(({ outcome }) => outcome === 'flow');
      expect(flows.map(({ fields }) => fields['flow-direction'])).toEqual(['ingress', 'egress']);
    }
  });

  const ofTransitGateway =
    '6 TransitGateway 123456789010 tgw-0a tgw-attach-0b 123456789010 123456789011 vpc-0c vpc-0d subnet-0e subnet-0f eni-0a eni-0b use1-az1 use1-az2 tgw-attach-0c 10.0.0.1 10.1.0.1 7 443 6 4 400 1700000000 1700000060 OK IPv4 0 0 0 0 3 us-east-1 ingress - -';

  test('are each read in the format in which they read, and others are malformed', () => {
    const lines = [LINE, ours, ofTransitGateway, 'junk', OTHER, ofTransitGateway, LINE];
    const [first, second] = readLines(ours).map(({ fields }) => fields['srcport']);
    for (const pieceBytes of [1, 50, 10_000]) {
      expect(ports(lines.join('\n'), pieceBytes)).toEqual([
        20641,
        first,
        second,
        7,
        'malformed',
        20642,
        7,
        20641,
      ]);
    }
  });

  test('in another format leave nothing to the next', () => {
    const seen: unknown[] = [];
    const fields = new TextFields(['flow-direction']);
    const parser = new FlowLogParser({
      positions: FieldPositions.of(fields),
      onFlow: ({ direction }) => seen.push([direction, fields.said(0)]),
    });
    parser.write(Buffer.from([ofTransitGateway, LINE, ofTransitGateway, ''].join('\n')));
    expect(seen).toEqual([
      [INGRESS, 'ingress'],
      [UNKNOWN_DIRECTION, ''],
      [INGRESS, 'ingress'],
    ]);
  });

  test('have one format alone once a header or the caller has said which', () => {
    const header = `${DEFAULT_FORMAT.join(' ')}\n`;
    expect(ports(`${header}${LINE}\n${ofTransitGateway}`)).toEqual([20641, 'malformed']);
    const given = readLines(`${LINE}\n${ofTransitGateway}`, { format: DEFAULT_FORMAT.join(' ') });
    expect(given.map(({ outcome }) => outcome)).toEqual(['flow', 'malformed']);
  });
});
