import { Logger } from '@aws-lambda-powertools/logger';
import { printableLines } from './text/printable.ts';

/** The structured log of a service. Text in its lines is printable, so that it cannot control a terminal. */
export function newLogger(serviceName: string): Logger {
  return new Logger({
    serviceName,
    jsonReplacerFn: (_, value) => (typeof value === 'string' ? printableLines(value) : value),
  });
}
