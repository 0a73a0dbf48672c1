import { TextFields } from '../../flowlog/text-fields.ts';

const FIELDS = [
  ['pkt-src-aws-service', 'pkt-dst-aws-service'],
  ['vpc-id'],
  ['region'],
  ['az-id'],
  ['interface-id'],
  ['resource-id'],
  ['instance-id'],
  ['interface-type'],
] as const;

/** The numbers of the text fields that a report reads. */
export const FIELD = {
  sourceService: 0,
  destinationService: 1,
  vpc: 2,
  region: 3,
  zone: 4,
  interface: 5,
  resource: 6,
  instance: 7,
  interfaceType: 8,
} as const;

/** The text fields that a report reads of each line. */
export class ReportFields extends TextFields {
  constructor() {
    super(...FIELDS);
  }
}
