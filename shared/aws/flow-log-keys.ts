/** Which flow logs in S3: of the accounts and regions, from `since` on, before `until`; all where it says nothing. */
export interface KeyFilter {
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  readonly accounts?: readonly string[] | undefined;
  readonly regions?: readonly string[] | undefined;
}

/** What a listing does with a folder: leaves it out, looks at what is in it, or takes all of it. */
export type Visit = 'none' | 'some' | 'all';

/** The names that AWS gives to folders and files, hive-compatible or not. */
const ACCOUNT =
  /(?:^|\/)(?:aws-account-id=|AWSLogs\/(?:o-\w+\/)?)?(\d{12})(?:\/|_vpcflowlogs_|_transitgatewayflowlogs_)/;
const REGION = /(?:aws-region=|flowlogs\/|flowlogs_)([a-z]+-[a-z0-9-]+-\d)[/_]/;
/** The folders of a year, month, day and hour in UTC, at the end of a path. */
const DATE =
  /(?:^|\/)(?:year=)?(20\d\d)\/(?:(?:month=)?(\d\d)\/(?:(?:day=)?(\d\d)\/(?:(?:hour=)?(\d\d)\/)?)?)?$/;
/** An object's time may be of the hour before or after its folder. */
const MARGIN_MS = 3_600_000;

/**
 * What is to be done with the folder of this path: nothing in it can be wanted, all of it is, or what is in it
 * decides. Paths that say nothing of an account, region or time contradict no filter.
 */
export function visitFolder(path: string, filter: KeyFilter): Visit {
  if (!isOfPlace(path, filter)) return 'none';
  const time = timeOfFolder(path);
  if (time !== undefined && !overlaps(time, filter)) return 'none';
  const isDecided =
    (filter.accounts === undefined || ACCOUNT.test(path)) &&
    (filter.regions === undefined || REGION.test(path));
  return isDecided && isWithin(time, filter) ? 'all' : 'some';
}

/** Whether the object of this key is wanted; `modified` is its time where the key has none. */
export function isWanted(key: string, modified: Date | undefined, filter: KeyFilter): boolean {
  const { since, until } = filter;
  const time = timeOfKey(key) ?? modified;
  if (!isOfPlace(key, filter)) return false;
  if (time === undefined) return true;
  return (since === undefined || time >= since) && (until === undefined || time < until);
}

function isOfPlace(path: string, { accounts, regions }: KeyFilter): boolean {
  const account = ACCOUNT.exec(path)?.[1];
  const region = REGION.exec(path)?.[1];
  return (
    (account === undefined || accounts === undefined || accounts.includes(account)) &&
    (region === undefined || regions === undefined || regions.includes(region))
  );
}

/** Unix milliseconds: the first of it, and the first after it. */
type Span = readonly [number, number];

function timeOfFolder(path: string): Span | undefined {
  const [, year, month, day, hour] = DATE.exec(path) ?? [];
  if (year === undefined) return undefined;
  const parts = [year, month, day, hour].filter((part) => part !== undefined).map(Number);
  const [first = 0, ...rest] = parts;
  const last = parts.length - 1;
  const next = parts.map((part, index) => (index === last ? part + 1 : part));
  return [timeOf(first, rest), timeOf(next[0] ?? 0, next.slice(1))];
}

function timeOf(year: number, [month = 1, day = 1, hour = 0]: readonly number[]): number {
  return Date.UTC(year, month - 1, day, hour);
}

function overlaps([from, to]: Span, { since, until }: KeyFilter): boolean {
  return (
    (since === undefined || to + MARGIN_MS > since.getTime()) &&
    (until === undefined || from - MARGIN_MS < until.getTime())
  );
}

function isWithin(time: Span | undefined, { since, until }: KeyFilter): boolean {
  if (since === undefined && until === undefined) return true;
  if (time === undefined) return false;
  const [from, to] = time;
  return (
    (since === undefined || from - MARGIN_MS >= since.getTime()) &&
    (until === undefined || to + MARGIN_MS <= until.getTime())
  );
}

/** As VPC flow logs and Firehose write it into the names of their objects, in UTC. */
const TIMES_IN_KEYS = [
  /_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z_[^/]*$/,
  /-(\d{4})-(\d{2})-(\d{2})-(\d{2})-(\d{2})-(\d{2})-[^/]*$/,
];

/** When the object's records were collected, as its key says; undefined when it does not. */
function timeOfKey(key: string): Date | undefined {
  for (const pattern of TIMES_IN_KEYS) {
    const [, year, month, day, hour, minute, second = '00'] = pattern.exec(key) ?? [];
    if (year === undefined) continue;
    const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    if (!Number.isNaN(time.getTime())) return time;
  }
  return undefined;
}
