import { interfaceIndex } from '../../flow/interface-index.ts';
import type { Address } from '../../flow/record.ts';
import { compileReader } from '../compile.ts';
import { fieldKind } from '../fields.ts';
import { TextFlow } from '../text-flow.ts';
import type { Cells } from './cells.ts';

/** What a field sets in a flow: numbers that the reader of lines makes of one value. */
interface Field {
  /** How many numbers. */
  readonly width: number;
  /** The numbers of a flow that was read of one value. */
  readonly numbers: (flow: TextFlow) => readonly number[];
  /** Code that sets them in `flow`; `v[i]` is the first. */
  readonly code: string;
}

const one = (name: string, read: (flow: TextFlow) => number): Field => ({
  width: 1,
  numbers: (flow) => [read(flow)],
  code: `flow.${name} = v[i];`,
});
const counter = (name: string, read: (flow: TextFlow) => readonly number[]): Field => ({
  width: 2,
  numbers: read,
  code: `flow.${name}High = v[i]; flow.${name}Low = v[i + 1];`,
});
const address = (name: string, read: (flow: TextFlow) => Address): Field => ({
  width: 5,
  numbers: (flow) => {
    const { family, w0, w1, w2, w3 } = read(flow);
    return [family, w0, w1, w2, w3];
  },
  code: `flow.${name}.family = v[i]; flow.${name}.w0 = v[i + 1]; flow.${name}.w1 = v[i + 2];
flow.${name}.w2 = v[i + 3]; flow.${name}.w3 = v[i + 4];`,
});
