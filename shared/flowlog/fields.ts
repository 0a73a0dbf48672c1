/** How the value of a field is written. */
export type FieldKind = 'text' | 'address' | 'seconds' | 'integer';

/** The counters of packets that a transit gateway dropped. */
export const PACKETS_LOST =
  'packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired';

/**
 * The fields of VPC flow logs (versions 2 to 11) and transit gateway flow logs that are not text.
 * Every other name, known or not, is text. encryption-status is a text field because its type is not
 * documented: a line that is refused because of it would lose a flow.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
 */
const TYPED_FIELDS: ReadonlyMap<string, FieldKind> = new Map([
  ...fieldsOf('address', 'srcaddr dstaddr pkt-srcaddr pkt-dstaddr'),
  ...fieldsOf('seconds', 'start end'),
  ...fieldsOf(
    'integer',
    `version srcport dstport protocol packets bytes tcp-flags traffic-path ${PACKETS_LOST}`,
  ),
]);

/** How a field is written, by its AWS name; unknown names are text. */
export function fieldKind(name: string): FieldKind {
  return TYPED_FIELDS.get(name) ?? 'text';
}

function fieldsOf(kind: FieldKind, names: string): [string, FieldKind][] {
  return names.split(' ').map((name) => [name, kind]);
}
