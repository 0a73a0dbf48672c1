import { RecordsInPlace } from './envelope/envelope.ts';
import { parseFormat } from './format.ts';
import { KNOWN_FORMATS, LineParser, type LineParserOptions } from './line-parser.ts';
import { prime } from './prime.ts';

/**
 * What AWS writes of transit gateways when no LogFormat is given.
 * https://docs.aws.amazon.com/vpc/latest/tgw/tgw-flow-logs.html
 */
const TRANSIT_GATEWAY_FORMAT =
  parseFormat(`version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id
  tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni
  tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol
  packets bytes start end log-status type packets-lost-no-route packets-lost-blackhole
  packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region flow-direction pkt-src-aws-service
  pkt-dst-aws-service`);

/** The formats that files may have without a header. */
const FORMATS = [...KNOWN_FORMATS, TRANSIT_GATEWAY_FORMAT];

/**
 * Reads flow log text in pieces of any size: plain lines, and JSON records that wrap lines, one after the
 * other or one per line.
 */
export class FlowLogParser extends LineParser {
  constructor(options: Omit<LineParserOptions, 'recordsIn' | 'formats' | 'prime'> = {}) {
    super({
      ...options,
      prime,
      formats: FORMATS,
      recordsIn: (window) => new RecordsInPlace(window),
    });
  }
}
