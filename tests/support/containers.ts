import { gzipSync } from 'node:zlib';
import { newer, older } from './failed-records.ts';

/** The ways in which lines of flow logs reach a person, each written from the documents of what writes it. */
export type Container = (lines: readonly string[]) => string | Buffer;

const TIME = '2023-11-14T22:13:20';
const STREAM = 'eni-0a1b2c3d4e5f60718-all';
const wrapped = (line: string) => JSON.stringify({ message: line });
const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
/** RFC 4180: quotes only where they are needed. */
const inCsv = (value: string) => (/[,"]/.test(value) ? quoted(value) : value);
const prefixed = (prefix: string, lines: readonly string[]) =>
  lines.map((line) => `${prefix}${line}\n`).join('');
const events = (lines: readonly string[]) =>
  lines.map((message, index) => ({
    logStreamName: STREAM,
    timestamp: index,
    message,
    eventId: '3',
  }));
const payload = (lines: readonly string[]) =>
  JSON.stringify({
    messageType: 'DATA_MESSAGE',
    logGroup: '/vpc',
    logEvents: lines.map((message) => ({ id: '3', timestamp: 1700000000000, message })),
  });
const pretty = (value: unknown) => `${JSON.stringify(value, undefined, 4)}\n`;
const prettyFailed = (line: string) => pretty(JSON.parse(older(gzipSync(wrapped(line)))));
const insights = (lines: readonly string[]) => ({
  queryLanguage: 'CWLI',
  results: lines.map((value) => [
    { field: '@timestamp', value: `${TIME.replace('T', ' ')}.000` },
    { field: '@message', value },
    { field: '@ptr', value: 'CmEKJ[{' },
  ]),
  statistics: { recordsMatched: lines.length, bytesScanned: 1 },
  status: 'Complete',
});
const members = (lines: readonly string[], between: string) =>
  Buffer.concat(lines.flatMap((line) => [gzipSync(payload([line])), Buffer.from(between)]));

export const CONTAINERS: Readonly<Record<string, Container>> = {
  'plain lines': (lines) => prefixed('', lines),
  'plain lines in gzip in gzip': (lines) => gzipSync(gzipSync(prefixed('', lines))),
  'records of Firehose, glued': (lines) => lines.map(wrapped).join(''),
  'records of Firehose, in gzip': (lines) => gzipSync(lines.map(wrapped).join('\n')),
  'pretty-printed records': (lines) => lines.map((message) => pretty({ message })).join(''),
  'payloads of subscriptions': (lines) => payload(lines),
  'gzip members with nothing between': (lines) => members(lines, ''),
  'gzip members with newlines between': (lines) => members(lines, '\n'),
  'gzip members with CR LF between, in gzip': (lines) => gzipSync(members(lines, '\r\n')),
  'gzip with zeros and text after it': (lines) =>
    Buffer.concat([gzipSync(prefixed('', lines)), Buffer.from('\0\0\0and text')]),
  'an export task': (lines) => gzipSync(prefixed(`${TIME}.000Z `, lines)),
  'aws logs tail': (lines) => prefixed(`${TIME}.000000+00:00 ${STREAM} `, lines),
  'aws logs tail at a full second': (lines) => prefixed(`${TIME}+00:00 any/stream `, lines),
  'aws logs tail in color': (lines) =>
    prefixed(`\u001b[32m${TIME}.000000+00:00\u001b[0m \u001b[36m${STREAM}\u001b[0m `, lines),
  'aws logs tail --format short in color': (lines) =>
    prefixed(`\u001b[32m${TIME}\u001b[0m `, lines),
  'aws logs tail --format short': (lines) => prefixed(`${TIME} `, lines),
  'filter-log-events': (lines) => pretty({ events: events(lines), searchedLogStreams: [] }),
  'filter-log-events on one line': (lines) => JSON.stringify({ events: events(lines) }),
  'filter-log-events, twice': (lines) =>
    pretty({ events: [], searchedLogStreams: [{ a: [1] }] }) + pretty({ events: events(lines) }),
  'get-log-events': (lines) =>
    pretty({ nextForwardToken: 'f/3', events: events(lines), nextBackwardToken: 'b/3' }),
  'filter-log-events --output text': (lines) =>
    `${lines.map((line) => `EVENTS\t3\t1700000000001\t${STREAM}\t${line}\t1700000000000\n`).join('')}SEARCHEDLOGSTREAMS\tTrue\t${STREAM}\n`,
  'get-log-events --output text': (lines) =>
    `b/3/s\tf/3/s\n${lines.map((line) => `EVENTS\t1700000000001\t${line}\t1700000000000\n`).join('')}`,
  'lines, and pretty-printed records after them': ([first = '', ...rest]) =>
    `${first}\n${rest.map((message) => pretty({ message })).join('')}`,
  'lines, and filter-log-events after them': ([first = '', ...rest]) =>
    `${first}\n${pretty({ events: events(rest) })}`,
  'a list of events': (lines) => pretty(events(lines)),
  'a list of messages': (lines) => pretty(lines),
  'events as JSON lines': (lines) =>
    events(lines)
      .map((event) => JSON.stringify(event))
      .join('\n'),
  'results of the console as CSV': (lines) =>
    `timestamp,message\n${lines.map((line) => `1700000000000,${inCsv(line)}\n`).join('')}`,
  'Insights as CSV': (lines) =>
    `@timestamp,@message,@logStream\r\n${lines.map((line) => `${TIME},${quoted(line)},${STREAM}\r\n`).join('')}`,
  'Insights as JSON': (lines) =>
    pretty(lines.map((line) => ({ '@timestamp': TIME, '@message': line, '@logStream': STREAM }))),
  'get-query-results': (lines) => pretty(insights(lines)),
  'failed records': (lines) => lines.map((line) => `${older(`${line}\n`)}\n`).join(''),
  'failed records, pretty-printed, of gzip': (lines) => lines.map(prettyFailed).join(''),
  'failed records of failed records': (lines) => newer(lines.map((line) => older(line)).join('\n')),
};
