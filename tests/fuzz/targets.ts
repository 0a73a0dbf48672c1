import type { Target } from './target.ts';
import { decoder } from './targets/decoder.ts';
import { deliveries } from './targets/deliveries.ts';
import { descriptions } from './targets/descriptions.ts';
import { events } from './targets/events.ts';
import { files } from './targets/files.ts';
import { macro } from './targets/macro.ts';
import { parser } from './targets/parser.ts';

const TARGETS = [parser, files, decoder, deliveries, events, macro, descriptions];

export const TARGET_NAMES = TARGETS.map(({ name }) => name);

/** @throws RangeError when there is no target of this name. */
export function targetNamed(name: string): Target {
  const target = TARGETS.find((each) => each.name === name);
  if (target !== undefined) return target;
  throw new RangeError(`there is no target ${name}, only ${TARGET_NAMES.join(', ')}`);
}
