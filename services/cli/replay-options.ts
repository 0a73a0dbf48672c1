import { LEGS, type Legs } from '../../shared/flow/legs.ts';
import type { Format } from '../../shared/flowlog/format.ts';
import type { Version } from '../../shared/netflow/protocol.ts';
import { FlowRate } from '../../shared/stack-parameters.ts';
import { formatOption } from './input.ts';
import {
  legsOption,
  rateOption,
  shiftOption,
  speedOption,
  versionOption,
  wholeNumber,
} from './options.ts';
import type { OptionRow } from './plain-arguments.ts';
import type { ObjectOptions } from './s3-input.ts';

/** The options of `natflow replay` as they are read. */
export interface ReplayOptions extends ObjectOptions {
  readonly collectors?: string;
  readonly netflow: Version;
  readonly format?: Format;
  readonly nat?: string;
  readonly legs?: Legs;
  readonly rate: number | 'max';
  readonly speed?: number;
  readonly shift?: true;
  readonly domain?: number;
  readonly options?: boolean;
  readonly asn?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly strict?: boolean;
}

/** All but those that choose among objects. */
export const REPLAY_OPTIONS: readonly OptionRow[] = [
  {
    flags: '-n, --collectors <host:port,...>',
    about: 'where to send; IPv6 addresses in brackets',
  },
  {
    flags: '-v, --netflow <version>',
    about: '5, 9, or 10 (ipfix)',
    read: versionOption,
    default: 5,
  },
  {
    flags: '--format <format>',
    about: "the lines' LogFormat, until a header says otherwise",
    read: formatOption,
  },
  {
    flags: '--nat <id>',
    about: 'flows of this NAT gateway alone: eni-…, or nat-… of a regional one',
  },
  {
    flags: '--legs <legs>',
    about: `all flows, or those of NAT gateways on one side of it: ${LEGS.join(', ')} (default: all)`,
    read: legsOption,
  },
  {
    flags: '--rate <number|max>',
    about: 'flow records per second',
    read: rateOption,
    default: Number(FlowRate.default),
  },
  {
    flags: '--speed <number>',
    about: 'the recorded rhythm, this many times as fast',
    read: speedOption,
  },
  {
    flags: '--shift <now>',
    about: 'move times to the present: the first flow ends now',
    read: shiftOption,
  },
  {
    flags: '--domain <number>',
    about: 'engine, source id or observation domain',
    read: wholeNumber('--domain'),
  },
  {
    flags: '--options',
    about: 'send options data: sampling 1, exporter address, interface names',
  },
  {
    flags: '--asn <file>',
    about: 'send the AS numbers of addresses, by a database in MMDB format such as GeoLite2-ASN',
  },
  { flags: '--dry-run', about: 'do everything but send' },
  { flags: '--json', about: 'print the summary as one JSON object' },
  { flags: '--strict', about: 'fail when a line is malformed' },
];
