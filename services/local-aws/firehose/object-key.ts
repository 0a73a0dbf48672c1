import { randomUUID } from 'node:crypto';

/**
 * The S3 key of an object: the prefix with its `!{timestamp:…}` and `!{firehose:…}` expressions replaced,
 * then stream, time and a random part. Times are UTC. A prefix without a timestamp gets the folder of the hour.
 */
export function objectKey(prefix: string, stream: string, nowMs: number): string {
  const template = prefix.includes('!{timestamp:')
    ? prefix
    : `${prefix}!{timestamp:yyyy/MM/dd/HH}/`;
  const folder = template.replace(/!\{(timestamp|firehose):([^}]*)\}/g, (_, kind, expression) => {
    if (kind === 'timestamp') return formatTime(expression, nowMs);
    return expression === 'error-output-type' ? 'processing-failed' : randomUUID().slice(0, 11);
  });
  return `${folder}${stream}-1-${formatTime('yyyy-MM-dd-HH-mm-ss', nowMs)}-${randomUUID()}`;
}

function formatTime(pattern: string, nowMs: number): string {
  const iso = new Date(nowMs).toISOString();
  const at = (start: number, length: number) => iso.slice(start, start + length);
  return pattern
    .replaceAll('yyyy', at(0, 4))
    .replaceAll('MM', at(5, 2))
    .replaceAll('dd', at(8, 2))
    .replaceAll('HH', at(11, 2))
    .replaceAll('mm', at(14, 2))
    .replaceAll('ss', at(17, 2));
}
