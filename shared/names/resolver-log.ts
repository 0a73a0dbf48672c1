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
  // In the order in which AWS writes them, so that each is looked for from where the one before was.
  const scan = new Scan(line);
  const vpcId = scan.text('"vpc_id"') ?? '';
  const time = Date.parse(scan.text('"query_timestamp"') ?? '');
  const name = scan.text('"query_name"');
  if (name === undefined || Number.isNaN(time)) return undefined;
  const addresses = scan.addresses();
  const client = scan.text('"srcaddr"');
  if (client === undefined) return undefined;
  return {
    name: (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase(),
    ...{ addresses, client, vpcId },
    time: Math.floor(time / 1000),
  };
}

const COLON = 58;

/** Finds members of an object in its text. */
class Scan {
  readonly #json: string;
  #at = 0;

  constructor(json: string) {
    this.#json = json;
  }

  /** The text that a member has; undefined when it is not there, or has no text. */
  text(member: string): string | undefined {
    const json = this.#json;
    let at = json.indexOf(member, this.#at);
    if (at < 0 && this.#at > 0) at = json.indexOf(member);
    if (at < 0) return undefined;
    const after = at + member.length;
    const begin = json.indexOf('"', after) + 1;
    const end = json.indexOf('"', begin);
    const isNext = json.charCodeAt(after) === COLON && begin === after + 2;
    if (begin === 0 || end < 0) return undefined;
    if (!isNext && json.slice(after, begin - 1).trim() !== ':') return undefined;
    this.#at = end;
    return json.slice(begin, end);
  }

  /** The addresses among the answers, whose members have no braces and come in any order. */
  addresses(): string[] {
    const json = this.#json;
    const found: string[] = [];
    const begin = json.indexOf('"answers"');
    if (begin < 0) return found;
    const end = json.indexOf(']', begin);
    for (let at = json.indexOf('{', begin); at >= 0 && at < end; at = json.indexOf('{', at)) {
      const close = json.indexOf('}', at);
      const answer = new Scan(json.slice(at, close));
      const type = answer.text('"Type"');
      const address = type === 'A' || type === 'AAAA' ? answer.text('"Rdata"') : undefined;
      if (address !== undefined) found.push(address);
      at = close < 0 ? end : close;
    }
    this.#at = Math.max(this.#at, end);
    return found;
  }
}
