import { RecordsInPlace } from './envelope/envelope.ts';
import { LineParser, type LineParserOptions } from './line-parser.ts';
import { prime } from './prime.ts';

/**
 * Reads flow log text in pieces of any size: plain lines, and JSON records that wrap lines, one after the
 * other or one per line.
 */
export class FlowLogParser extends LineParser {
  constructor(options: Omit<LineParserOptions, 'recordsIn' | 'prime'> = {}) {
    super({ ...options, prime, recordsIn: (window) => new RecordsInPlace(window) });
  }
}
