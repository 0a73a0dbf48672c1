import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';
import { synthesize } from '../../shared/flowlog/synth.ts';

export const STREAM_ARN = 'arn:aws:firehose:eu-west-1:000000000000:deliverystream/natflow';

let deliveries = 0;

/** A delivery of Firehose to a transformation, with unique record ids. */
export function delivery(...contents: (string | Uint8Array)[]): FirehoseTransformationEvent {
  const name = String(deliveries++).padStart(20, '0');
  return {
    invocationId: `invocation-${name}`,
    deliveryStreamArn: STREAM_ARN,
    region: 'eu-west-1',
    records: contents.map((content, index) => ({
      recordId: `4962${name}${String(index).padStart(26, '0')}000000`,
      approximateArrivalTimestamp: 1_795_342_380_000,
      data: Buffer.from(content).toString('base64'),
    })),
  };
}

/** Flow log lines as in a stack's recordings: four of each exchange, and some NODATA lines. */
export function recordedLines(flows: number, seed = 1): string[] {
  return [...synthesize({ flows, seed })].join('').trimEnd().split('\n').slice(1);
}

/** A line as AWS delivers it to Firehose. */
export function wrapped(line: string): string {
  return `${JSON.stringify({ message: line })}\n`;
}

/** The text that goes to the archive: that of all records with the result Ok. */
export function archived({ records }: FirehoseTransformationResult): string {
  return records
    .filter(({ result }) => result === 'Ok')
    .map(({ data = '' }) => Buffer.from(data, 'base64').toString())
    .join('');
}
