import { type EndedRecording, isId, readRecording } from '../../shared/report/recording.ts';
import { printable } from '../../shared/text/printable.ts';
import { shorten } from '../../shared/text/shorten.ts';

/** What the reporter can be asked for. */
export type Request =
  | { readonly kind: 'report'; readonly recording: EndedRecording }
  | { readonly kind: 'list' }
  | { readonly kind: 'show'; readonly id: string };

/**
 * Reads an event: `report` from the schedule that the controller sets, `list` and `show` by hand.
 * @throws Error for any other.
 */
export function readRequest(event: unknown): Request {
  const { command, recording, id } = (event ?? {}) as Record<string, unknown>;
  const ended = command === 'report' ? readRecording(recording) : undefined;
  if (ended !== undefined) return { kind: 'report', recording: ended };
  if (command === 'list') return { kind: 'list' };
  if (command === 'show' && isId(id)) return { kind: 'show', id };
  const quoted = shorten(printable(`${JSON.stringify(event)}`), 200);
  throw new Error(`not a request for a report: ${quoted}`);
}
