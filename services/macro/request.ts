import * as v from 'valibot';
import { assertShape, readShape } from '../../shared/read-shape.ts';
import type { Fragment } from './fragment.ts';

const SCALAR = v.nullable(v.union([v.string(), v.number(), v.boolean()]));
const PARAMETERS = v.record(
  v.string(),
  // Not a union, which could not say which element of the list is wrong.
  v.lazy((value) => (Array.isArray(value) ? v.array(SCALAR) : SCALAR)),
);
const PROPERTIES = v.record(v.string(), v.unknown());
const RESOURCE = v.looseObject({ Type: v.string(), Properties: v.exactOptional(PROPERTIES) });
const REQUEST = v.object({
  fragment: v.looseObject({ Resources: v.record(v.string(), RESOURCE) }),
  templateParameterValues: PARAMETERS,
});
const ENVELOPE = v.object({ requestId: v.string(), fragment: v.unknown() });

/** Parameter values as CloudFormation passes them. Lists come as arrays or as text with commas. */
export type ParameterValues = v.InferInput<typeof PARAMETERS>;

/** The part of CloudFormation's macro request that is read. */
export interface MacroRequest {
  readonly fragment: Fragment;
  readonly templateParameterValues: ParameterValues;
}

/**
 * The members that an answer repeats, also when the rest of the request is wrong.
 * @throws ShapeError when the event is no request.
 */
export function readEnvelope(event: unknown): v.InferOutput<typeof ENVELOPE> {
  return readShape(ENVELOPE, event, 'the request');
}

/** @throws ShapeError naming the member that is not as CloudFormation sends it. */
export function readRequest(event: unknown): MacroRequest {
  assertShape(REQUEST, event, 'the request');
  return event;
}
