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

/** As CloudFormation hands them over: lists may come as arrays or with commas between. */
export type ParameterValues = v.InferInput<typeof PARAMETERS>;

/** What CloudFormation asks of a macro, as far as it is read. */
export interface MacroRequest {
  readonly fragment: Fragment;
  readonly templateParameterValues: ParameterValues;
}

/**
 * What an answer needs, whatever else is wrong with the event.
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
