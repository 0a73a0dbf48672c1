/**
 * The part of the CloudWatch Logs Insights query language that the saved queries use, read as AWS documents it:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html. What is not in it is refused.
 */

type Value = string | number | undefined;
type Row = ReadonlyMap<string, Value>;
type Term = (row: Row) => Value;
type Condition = (row: Row) => boolean;
type Command = (rows: readonly Row[]) => Row[];

const TOKEN =
  /\s*(?:(?<string>"(?:[^"\\]|\\.)*")|(?<regex>\/(?:[^/\\]|\\.)+\/)(?=\s|\)|$)|(?<number>\d+(?:\.\d+)?)|(?<name>@?[A-Za-z_][\w.]*)|(?<sign>!=|<=|>=|[=<>(),*|/]))/y;

interface Token {
  readonly kind: string;
  readonly text: string;
}

function tokens(query: string): Token[] {
  const found: Token[] = [];
  const end = query.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(query)?.groups;
    if (groups === undefined) throw new SyntaxError(`not understood: ${query.slice(at, at + 20)}`);
    const [kind = '', text = ''] = Object.entries(groups).find(([, each]) => each) ?? [];
    found.push({ kind, text: String(text) });
  }
  return found;
}

/** Runs a query on messages, and gives its rows. @throws SyntaxError when it is none. */
export function runInsights(query: string, messages: readonly string[]): Row[] {
  const rows: Row[] = messages.map((message) => new Map([['@message', message]]));
  return new Reader(query).commands().reduce((all, command) => command(all), rows);
}

const escaped = (text: string) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(query: string) {
    this.#tokens = tokens(query);
  }

  commands(): Command[] {
    const list = [this.#command()];
    while (this.#takes('|')) list.push(this.#command());
    if (this.#at < this.#tokens.length) throw this.#unexpected();
    return list;
  }

  #command(): Command {
    switch (this.#name()) {
      case 'parse':
        return this.#parse();
      case 'filter':
        return this.#filter();
      case 'stats':
        return this.#stats();
      case 'sort':
        return this.#sort();
      case 'limit':
        return this.#limit();
      default:
        this.#at--;
        throw this.#unexpected();
    }
  }

  /** `parse FIELD "a * b *" as x, y`: each star is the shortest text that fits. */
  #parse(): Command {
    const field = this.#name();
    const parts = this.#text('string').slice(1, -1).split('*').map(escaped);
    const pattern = new RegExp(`^.*?${parts.join('(.*?)')}$`.replace('^.*?(', '^('), 's');
    this.#keyword('as');
    const names = this.#names();
    return (rows) =>
      rows.map((row) => {
        const values = pattern.exec(String(row.get(field) ?? ''))?.slice(1) ?? [];
        return new Map([...row, ...names.map((name, at) => [name, values[at]] as const)]);
      });
  }

  #filter(): Command {
    const holds = this.#or();
    return (rows) => rows.filter(holds);
  }

  #or(): Condition {
    const first = this.#and();
    if (!this.#takes('or')) return first;
    const second = this.#or();
    return (row) => first(row) || second(row);
  }

  #and(): Condition {
    const first = this.#comparison();
    if (!this.#takes('and')) return first;
    const second = this.#and();
    return (row) => first(row) && second(row);
  }

  #comparison(): Condition {
    if (this.#takes('(')) {
      const inner = this.#or();
      this.#keyword(')');
      return inner;
    }
    if (this.#takes('ispresent')) {
      this.#keyword('(');
      const field = this.#name();
      this.#keyword(')');
      return (row) => row.get(field) !== undefined;
    }
    const left = this.#term();
    if (this.#takes('not')) {
      const like = this.#like(left);
      return (row) => !like(row);
    }
    if (this.#next?.text === 'like') return this.#like(left);
    const isEqual = this.#takes('=');
    if (!isEqual) this.#keyword('!=');
    const right = this.#term();
    return (row) => (left(row) === right(row)) === isEqual;
  }

  #like(left: Term): Condition {
    this.#keyword('like');
    const pattern = new RegExp(this.#text('regex').slice(1, -1));
    return (row) => pattern.test(String(left(row) ?? ''));
  }

  #term(): Term {
    const { kind, text } = this.#next ?? { kind: '', text: '' };
    if (kind === 'string') {
      this.#at++;
      return () => text.slice(1, -1);
    }
    const name = this.#name();
    return (row) => row.get(name);
  }

  #stats(): Command {
    const columns = [this.#column()];
    while (this.#takes(',')) columns.push(this.#column());
    this.#keyword('by');
    const keys = this.#names();
    return (rows) => {
      const groups = Map.groupBy(rows, (row) => keys.map((key) => row.get(key)).join(' '));
      return [...groups.values()].map(
        (group) =>
          new Map([
            ...keys.map((key) => [key, group[0]?.get(key)] as const),
            ...columns.map(([name, value]) => [name, value(group)] as const),
          ]),
      );
    };
  }

  /** `sum(FIELD) / NUMBER as NAME` or `count(*) as NAME`. */
  #column(): [name: string, value: (rows: readonly Row[]) => number] {
    const isSum = this.#takes('sum');
    if (!isSum) this.#keyword('count');
    this.#keyword('(');
    const field = isSum ? this.#name() : this.#keyword('*');
    this.#keyword(')');
    const divisor = this.#takes('/') ? Number(this.#text('number')) : 1;
    this.#keyword('as');
    const sum = (rows: readonly Row[]) =>
      rows.reduce((all, row) => all + Number(row.get(field) ?? 0), 0);
    return [this.#name(), (rows) => (isSum ? sum(rows) : rows.length) / divisor];
  }

  #sort(): Command {
    const field = this.#name();
    const sign = this.#takes('desc') ? -1 : 1;
    return (rows) =>
      rows.toSorted((a, b) => sign * (Number(a.get(field) ?? 0) - Number(b.get(field) ?? 0)));
  }

  #limit(): Command {
    const most = Number(this.#text('number'));
    return (rows) => rows.slice(0, most);
  }

  #names(): string[] {
    const names = [this.#name()];
    while (this.#takes(',')) names.push(this.#name());
    return names;
  }

  get #next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #name(): string {
    return this.#text('name');
  }

  #text(kind: string): string {
    if (this.#next?.kind !== kind) throw this.#unexpected();
    return this.#tokens[this.#at++]?.text ?? '';
  }

  #takes(text: string): boolean {
    if (this.#next?.text !== text) return false;
    this.#at++;
    return true;
  }

  #keyword(text: string): string {
    if (!this.#takes(text)) throw this.#unexpected();
    return text;
  }

  #unexpected(): SyntaxError {
    const rest = this.#tokens.slice(this.#at, this.#at + 4).map(({ text }) => text);
    return new SyntaxError(`unexpected: ${rest.join(' ') || 'the end'}`);
  }
}
