import * as v from 'valibot';

/** An answer that a client got from Route 53 Resolver. */
export interface ResolverAnswer {
  /** The name that was asked for, without its final dot and in lower case; those that it is an alias of are left out. */
  readonly name: string;
  /** The addresses of the answer. */
  readonly addresses: readonly string[];
  readonly client: string;
  readonly vpcId: string;
  /** Unix seconds. */
  readonly time: number;
}

/**
 * A record of the Resolver's query log. Answers that the Resolver has in its cache are not logged.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html
 */
const RECORD = v.object({
  query_timestamp: v.string(),
  query_name: v.string(),
  srcaddr: v.string(),
  vpc_id: v.optional(v.string(), ''),
  answers: v.optional(
    v.nullable(v.array(v.object({ Rdata: v.optional(v.string()), Type: v.optional(v.string()) }))),
  ),
});
/** Reads a line; undefined when it is no record of a query. A record without addresses has none. */
export function readAnswer(line: string): ResolverAnswer | undefined {
  const value = parse(line.slice(Math.max(0, line.indexOf('{'))));
  if (!v.is(RECORD, value)) return undefined;
  const { query_name, query_timestamp, srcaddr, vpc_id = '', answers } = value;
  const time = Date.parse(query_timestamp);
  if (Number.isNaN(time)) return undefined;
  const addresses = (answers ?? []).flatMap(({ Rdata, Type }) =>
    Rdata !== undefined && (Type === 'A' || Type === 'AAAA') ? [Rdata] : [],
  );
  const name = query_name.replace(/\.$/, '').toLowerCase();
  return { name, addresses, client: srcaddr, vpcId: vpc_id, time: Math.floor(time / 1000) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
