import * as v from 'valibot';
import { readShape } from '../../shared/read-shape.ts';
import { ENDED_RECORDING, ID } from '../../shared/report/recording.ts';

const REQUEST = v.variant('command', [
  v.object({ command: v.literal('report'), recording: ENDED_RECORDING }),
  v.object({ command: v.literal('list') }),
  v.object({ command: v.literal('show'), id: ID }),
]);

/** What the reporter can be asked for. */
type Request = v.InferOutput<typeof REQUEST>;

/**
 * Reads an event: `report` from the schedule that the controller sets, `list` and `show` by hand.
 * @throws ShapeError for any other.
 */
export function readRequest(event: unknown): Request {
  return readShape(REQUEST, event, 'the request');
}
