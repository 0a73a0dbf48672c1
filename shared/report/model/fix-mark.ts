import type { EndpointDescription } from './vpc-description.ts';

/** The tag by which `natflow fix` marks an endpoint that it makes or extends. */
const FIX_TAG = 'natflow:fix';

/** What an endpoint's tag says of the report that it was made for. */
export interface FixMark {
  /** The recording's id, or the name of a report's file. */
  readonly recording: string;
  /** When the endpoint was made or extended, ISO 8601. */
  readonly at: string;
  /** What was exchanged with the service through NAT gateways in the VPC, and in how many seconds. */
  readonly bytes: number;
  readonly seconds: number;
}

/** The characters that EC2 allows in the value of a tag, without the space that stands between the parts. */
const NOT_ALLOWED = /[^\w.:/=+@-]/g;
const LONGEST_RECORDING = 150;

/** The mark as a tag of EC2: a time, bytes, seconds and the recording, with spaces between. */
export function markTag({ recording, at, bytes, seconds }: FixMark) {
  const name = recording.slice(0, LONGEST_RECORDING).replace(NOT_ALLOWED, '_');
  return { Key: FIX_TAG, Value: `${at} ${bytes} ${seconds} ${name}` };
}

/** The mark of an endpoint; undefined when it has none, or one that is not as `markTag` writes it. */
export function markOf({ Tags = [] }: EndpointDescription): FixMark | undefined {
  const value = Tags.find(({ Key }) => Key === FIX_TAG)?.Value ?? '';
  const [, at = '', bytes, seconds, recording = ''] =
    /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (\d{1,16}) (\d{1,10}) (\S+)$/.exec(value) ?? [];
  if (Number.isNaN(Date.parse(at))) return undefined;
  return { recording, at, bytes: Number(bytes), seconds: Number(seconds) };
}
