/** What the forwarder logs of a delivery, as far as the story needs it. */
export interface DeliveryReport {
  readonly records: number;
  readonly undecodable: number;
  readonly lines: number;
  readonly flows: number;
  readonly nodata: number;
  readonly skipdata: number;
  readonly nonflow: number;
  readonly malformed: number;
  readonly otherLeg: number;
  readonly notExportable: number;
  readonly exported: number;
  readonly unsent: number;
  readonly datagrams: number;
  readonly bytes: number;
  readonly again: number;
  readonly lagSeconds?: number | undefined;
  readonly errors: readonly { readonly collector: string; readonly count: number }[];
}

const COUNTS = [
  'records',
  'undecodable',
  'lines',
  'flows',
  'nodata',
  'skipdata',
  'nonflow',
  'malformed',
  'otherLeg',
  'notExportable',
  'exported',
  'unsent',
  'datagrams',
  'bytes',
  'again',
] as const;

/** The counts of all deliveries together. */
export type DeliveryTotals = Record<(typeof COUNTS)[number] | 'datagramErrors', number>;

/** The delivery that a line of the forwarder's log tells of, if it does. */
export function readDelivery(line: string): DeliveryReport | undefined {
  if (!line.startsWith('{')) return undefined;
  const entry = JSON.parse(line);
  return entry.message === 'delivery' ? entry : undefined;
}

/** Adds up deliveries. */
export function sumDeliveries(reports: readonly DeliveryReport[]): DeliveryTotals {
  const sum = (pick: (report: DeliveryReport) => number) =>
    reports.reduce((total, report) => total + pick(report), 0);
  const counts = Object.fromEntries(COUNTS.map((name) => [name, sum((report) => report[name])]));
  const errors = sum((report) => report.errors.reduce((total, { count }) => total + count, 0));
  return { ...counts, datagramErrors: errors } as DeliveryTotals;
}
