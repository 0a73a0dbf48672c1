import { Logger } from '@aws-lambda-powertools/logger';
import { printableLines } from './text/printable.ts';

/** The structured log of a service: what its lines quote does not drive the terminal they are read on. */
export function newLogger(serviceName: string): Logger {
  return new Logger({
    serviceName,
    jsonReplacerFn: (_, value) => (typeof value === 'string' ? printableLines(value) : value),
  });
}
