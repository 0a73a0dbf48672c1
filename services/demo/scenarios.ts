import type { ContinuousSource } from '../../shared/continuous/sources.ts';
import { API, ETL_2, ETL_7, MAILER, NODE, REPORTS } from './clients.ts';
import type { Talk } from './exchanges.ts';
import type { StoryGateway } from './traffic.ts';

/** A story: the traffic of each gateway, minute by minute. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly gateways: readonly ScenarioGateway[];
  /** What is exported all the time beside the recordings. */
  readonly continuous?: readonly ContinuousSource[];
  /** RecordingTime in seconds; undefined for the template's default. */
  readonly recordingTime?: number;
  /** From the creation of a flow log until it begins, in seconds; undefined for the usual delay. */
  readonly flowLogDelay?: number;
  /** MonthlyBudget in dollars for each connection of a minute; undefined: none. */
  readonly budgetPerConnection?: number;
  /** The collector refuses datagrams from the end of this minute on. */
  readonly collectorDownFrom?: number;
}

/** A gateway with its traffic. */
export interface ScenarioGateway extends StoryGateway {
  /** MiB of each minute; the last one also holds for every minute after it. */
  readonly levels: readonly number[];
  /** The talks of the traffic that is above the calm level. */
  readonly spike: readonly Talk[];
}

const named = (host: string, alias?: string) => ({ name: { host, ...(alias && { alias }) } });
const S3 = { peers: '52.216.14.', port: 443, service: 'S3' };
/** Two buckets have the same addresses: only what a client was told says which one it talks to. */
const LAKE = { ...S3, ...named('data-lake.s3.us-east-1.amazonaws.com') };
const BOOKS = { ...S3, ...named('finance-books.s3.us-east-1.amazonaws.com') };
const DYNAMODB = {
  ...{ peers: '3.218.182.', port: 443, service: 'DYNAMODB' },
  ...named('dynamodb.us-east-1.amazonaws.com'),
};
const QUEUES = {
  ...{ peers: '18.205.93.', port: 443, service: 'AMAZON' },
  ...named('sqs.us-east-1.amazonaws.com'),
};
const ASSETS = {
  ...{ peers: '13.224.7.', port: 443, service: 'CLOUDFRONT' },
  ...named('assets.partnershop.example', 'd1a2b3c4d5e6f7.cloudfront.net'),
};
const MAIL = {
  ...{ peers: '18.205.94.', port: 587, service: 'AMAZON' },
  ...named('email-smtp.us-east-1.amazonaws.com'),
};
const VENDOR = { peers: '203.0.113.', port: 443, service: '-', ...named('api.cardpay.example') };
const PARTNER = { peers: '198.51.100.', port: 22, service: '-', ...named('sftp.bank.example') };
/** Its name was looked up before queries were logged. */
const IMAGES = { peers: '192.0.2.', port: 443, service: '-' };

/** The traffic of calm minutes. */
export const CALM: readonly Talk[] = [
  { client: API, ...VENDOR, share: 0.45, upload: 0.6 },
  { client: NODE, ...IMAGES, share: 0.05, upload: 0.01 },
  { client: API, ...ASSETS, share: 0.15, upload: 0.05 },
  { client: MAILER, ...MAIL, share: 0.15, upload: 0.8 },
  { client: REPORTS, ...BOOKS, share: 0.2, upload: 0.1 },
];

const ETL: readonly Talk[] = [
  { client: ETL_7, ...LAKE, share: 0.77, upload: 0.013 },
  { client: ETL_7, ...QUEUES, share: 0.06, upload: 0.02 },
  { client: ETL_2, ...LAKE, share: 0.09, upload: 0.04 },
  { client: ETL_2, ...DYNAMODB, share: 0.02, upload: 0.3 },
  { client: API, ...VENDOR, share: 0.03, upload: 0.6 },
  { client: REPORTS, ...BOOKS, share: 0.03, upload: 0.1 },
];

const PARTNER_SYNC: readonly Talk[] = [
  { client: MAILER, ...PARTNER, share: 0.85, upload: 0.95 },
  { client: API, ...VENDOR, share: 0.15, upload: 0.6 },
];

const GATEWAY_A: StoryGateway = {
  id: 'nat-0c11aa22bb33cc44d',
  name: 'prod-egress-a',
  mode: 'zonal',
  interfaces: ['eni-0a11bb22cc33dd44e'],
  address: '10.20.0.220',
  vpcId: 'vpc-0aa11bb22cc33dd44',
  subnetId: 'subnet-0bb22cc33dd44ee55',
};
const GATEWAY_B: StoryGateway = {
  id: 'nat-0d22bb33cc44dd55e',
  name: 'prod-regional',
  mode: 'regional',
  interfaces: [],
  address: '10.20.128.5',
  vpcId: 'vpc-0aa11bb22cc33dd44',
  subnetId: '-',
};

const calm = (minutes: number): number[] =>
  Array.from({ length: minutes }, (_, i) => 88 + 4 * (i % 3));
const WAVE = [0.97, 1.06, 1.13, 1.11, 1.17, 1.08, 1.02, 1.1, 1.15, 1.04, 0.93, 0.74];
const spike = (minutes: number, mebibytes: number): number[] =>
  Array.from({ length: minutes }, (_, i) => Math.round(mebibytes * (WAVE[i % WAVE.length] ?? 1)));
const etl = (...levels: number[]): ScenarioGateway => ({ ...GATEWAY_A, levels, spike: ETL });

/** All scenarios. The first one is the default. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 's3-spike',
    about: 'a job fetches 3 GiB a minute from S3 for twelve minutes; OK ends the recording',
    gateways: [etl(...calm(1), ...spike(12, 2900), ...calm(3))],
  },
  {
    name: 'flapping',
    about: 'the alarm comes and goes: one recording holds through it, a later spike gets its own',
    gateways: [
      etl(
        90,
        ...spike(2, 1900),
        90,
        2100,
        90,
        ...spike(2, 1800),
        ...calm(5),
        ...spike(2, 2300),
        ...calm(3),
      ),
    ],
  },
  {
    name: 'long-spike',
    about: 'the spike does not end: RecordingTime ends the recording',
    gateways: [etl(...calm(1), ...spike(16, 2500), ...calm(1))],
    recordingTime: 300,
  },
  {
    name: 'two-gateways',
    about: 'a zonal and a regional gateway spike at the same time, each has its own recording',
    gateways: [
      etl(...calm(1), ...spike(7, 2900), ...calm(3)),
      { ...GATEWAY_B, levels: [...calm(3), ...spike(6, 1700), ...calm(3)], spike: PARTNER_SYNC },
    ],
  },
  {
    name: 'collector-down',
    about: 'the collector dies in the middle: the archive is filled all the same',
    gateways: [etl(...calm(1), ...spike(12, 2900), ...calm(3))],
    collectorDownFrom: 10,
  },
  {
    name: 'slow-start',
    about: 'the flow log begins ten minutes late: the report says how much of the spike is missing',
    gateways: [etl(...calm(1), ...spike(16, 2900), ...calm(3))],
    flowLogDelay: 600,
  },
  {
    name: 'budget',
    about:
      'what recordings may cost is reached: they end, the next spike is not recorded, a mail says why',
    gateways: [
      etl(...calm(1), ...spike(24, 2900), ...calm(8)),
      { ...GATEWAY_B, levels: [...calm(25), ...spike(6, 1700), ...calm(1)], spike: PARTNER_SYNC },
    ],
    budgetPerConnection: 0.000005,
    recordingTime: 3600,
  },
  {
    name: 'continuous',
    about: 'a VPC and a transit gateway are exported all the time, beside the recording of a spike',
    gateways: [etl(...calm(1), ...spike(12, 2900), ...calm(3))],
    continuous: [
      { id: GATEWAY_A.vpcId, resourceType: 'VPC' },
      { id: 'tgw-0ee55ff66aa77bb88', resourceType: 'TransitGateway' },
    ],
  },
];
