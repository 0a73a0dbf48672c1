import { isKnownField } from './fields.ts';

/** The fields of a line in their order, by AWS's names. */
export type Format = readonly string[];

/** What AWS writes when no LogFormat is given: the version 2 fields. */
export const DEFAULT_FORMAT: Format =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(
    ' ',
  );

/** What natflow records: the default fields first, so that a reader of version 2 still gets along. */
export const RECORDING_FORMAT: Format = [
  ...DEFAULT_FORMAT,
  ...'vpc-id subnet-id tcp-flags type pkt-srcaddr pkt-dstaddr az-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path reject-reason resource-id'.split(
    ' ',
  ),
];

const NAME = /^[a-z][a-z0-9-]*$/;

/**
 * Reads a LogFormat string, `${srcaddr} ${dstaddr}` or the bare names.
 * @throws RangeError naming the first part that is no field name, or that comes twice.
 */
export function parseFormat(text: string): Format {
  const parts = text.trim().split(/\s+/);
  const names = parts.map((part) => {
    const name = part.startsWith('${') && part.endsWith('}') ? part.slice(2, -1) : part;
    if (!NAME.test(name)) throw new RangeError(`"${part}" is not a flow log field`);
    return name;
  });
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RangeError(`"${twice}" stands in the format twice`);
  return names;
}

/**
 * The format that a header line announces, or undefined when the line is none: field names only,
 * at least two, and most of them known, so that fields newer than this program do not hide it.
 */
export function formatOfHeader(line: string): Format | undefined {
  try {
    const names = parseFormat(line);
    const known = names.filter(isKnownField).length;
    return names.length > 1 && known * 2 > names.length ? names : undefined;
  } catch {
    return undefined;
  }
}
