import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AggregateOptions } from '../../shared/report/measure/aggregate.ts';
import { FlowTables } from '../../shared/report/measure/flow-tables.ts';
import {
  type KeptOptions,
  KeptTables,
  type TableKeeper,
} from '../../shared/report/measure/kept-tables.ts';
import { StepReader, StepWriter } from '../../shared/report/measure/table-steps.ts';
import { world } from './gateway-world.ts';
import { recording } from './random-recording.ts';
import { reportOn } from './story.ts';

/** A keeper that is told everything in blocks, and whose tables are copied as for another thread. */
function toldInBlocks(options: KeptOptions): AggregateOptions['keeper'] {
  return (vpcName): TableKeeper => {
    const reader = new StepReader((name) => new KeptTables(options, name));
    const writer = new StepWriter((block, words) => {
      reader.read(block, words);
      return block;
    }, vpcName);
    return Object.assign(writer, {
      resolved: undefined,
      room: () => undefined,
      tables(kept: number): FlowTables {
        writer.flush();
        const copy = new FlowTables(false, options.cells);
        copy.contents = structuredClone(reader.keeper.tables(kept).contents);
        return copy;
      },
    });
  };
}

const text = fc.oneof(
  recording,
  world.map((each) => each.text),
);
const options = fc.record({
  legs: fc.constantFrom('auto', 'private', 'public', 'all' as const),
  cells: fc.boolean(),
  byGateway: fc.boolean(),
});

test('a report whose sums are told in blocks and copied is the one that is made at once', () => {
  fc.assert(
    fc.property(text, options, (lines, { cells, ...others }) => {
      const keeper = toldInBlocks({ cells });
      expect(reportOn(lines, {}, { ...others, keeper })).toEqual(
        reportOn(lines, {}, { ...others, cells }),
      );
    }),
  );
});
