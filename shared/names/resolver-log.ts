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
 * Reads a record of the Resolver's query log; undefined for a line that is none. A record without addresses has none.
 * Answers that the Resolver has in its cache are not logged. Members are found by their names, which is several times
 * as fast as parsing the object: a quote within a text has a backslash before it, and no address or time has one.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html
 */
export function readAnswer(line: string): ResolverAnswer | undefined {
  const name = textOf(line, '"query_name"');
  const client = textOf(line, '"srcaddr"');
  const time = Date.parse(textOf(line, '"query_timestamp"') ?? '');
  if (name === undefined || client === undefined || Number.isNaN(time)) return undefined;
  const from = line.indexOf('"answers"');
  const answers = from < 0 ? '' : line.slice(from, line.indexOf(']', from));
  return {
    name: (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase(),
    addresses: answers.split('}').flatMap(addressOf),
    client,
    vpcId: textOf(line, '"vpc_id"') ?? '',
    time: Math.floor(time / 1000),
  };
}

function addressOf(answer: string): string[] {
  const type = textOf(answer, '"Type"');
  if (type !== 'A' && type !== 'AAAA') return [];
  return [textOf(answer, '"Rdata"') ?? ''];
}

/** The text that a member has; undefined when it is not there, or has no text. */
function textOf(json: string, member: string): string | undefined {
  const at = json.indexOf(member);
  if (at < 0) return undefined;
  const after = at + member.length;
  const begin = json.indexOf('"', after) + 1;
  const end = json.indexOf('"', begin);
  const isText = begin > 0 && end >= 0 && json.slice(after, begin - 1).trim() === ':';
  return isText ? json.slice(begin, end) : undefined;
}
