import { addressOf } from '../flow/prefix.ts';
import { Address, copyAddress } from '../flow/record.ts';
import { readAddress } from '../flowlog/values.ts';
import { JsonScan } from './json-scan.ts';

/** An answer that a client got from Route 53 Resolver. */
export interface ResolverAnswer {
  /** The name that was asked for, without its final dot and in lower case; those that it is an alias of are left out. */
  readonly name: string;
  /** The addresses of the answer, of which there are `count`. */
  readonly addresses: readonly Address[];
  readonly count: number;
  readonly client: Address;
  readonly vpcId: string;
  /** Unix seconds. */
  readonly time: number;
}

const words = (...all: readonly string[]) => all.map((word) => Buffer.from(word));
const MEMBERS = words('query_name', 'query_timestamp', 'answers', 'srcaddr', 'vpc_id');
const [NAME, TIME, ANSWERS, CLIENT, VPC] = [0, 1, 2, 3, 4];
const ALL_SEEN = 2 ** MEMBERS.length - 1;
const ANSWER_MEMBERS = words('Rdata', 'Type');
const RDATA = 0;
const ADDRESS_TYPES = words('A', 'AAAA');

/**
 * Reads records of the Resolver's query log, one after the other, into one reused answer. The members that count are
 * found in the bytes, which is several times as fast as parsing the object. Answers that the Resolver has in its cache
 * are not logged.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html
 */
export class ResolverLogReader implements ResolverAnswer {
  name = '';
  readonly addresses: Address[] = [];
  count = 0;
  readonly client = new Address();
  vpcId = '';
  time = Number.NaN;
  #bytes: Buffer = Buffer.alloc(0);
  /** A bit for each of the members that the record has had. */
  #seen = 0;
  readonly #scan = new JsonScan();
  #lastVpc = { text: '', words: words('') };
  /** What one of the answers has: its type, and its data if that is an address. */
  #isAddress = false;
  readonly #data = new Address();
  readonly #member = () => this.#readMember();
  readonly #answer = () => this.#readAnswer();
  readonly #answerMember = () => this.#readAnswerMember();

  /**
   * Reads the record in these bytes; false when they are no record of a query by a client. What follows the last of the
   * members that count is not read.
   */
  read(bytes: Buffer, from: number, to: number): boolean {
    this.#bytes = bytes;
    this.#scan.begin(bytes, from, to);
    this.name = this.vpcId = '';
    this.count = this.client.family = this.#seen = 0;
    this.time = Number.NaN;
    const isWhole = this.#scan.object(this.#member) || this.#seen === ALL_SEEN;
    return isWhole && this.name !== '' && this.client.family !== 0 && !Number.isNaN(this.time);
  }

  #readMember(): boolean {
    const scan = this.#scan;
    const member = scan.among(MEMBERS);
    if (member >= 0) this.#seen |= 1 << member;
    if (member === ANSWERS && scan.isList) return scan.list(this.#answer);
    if (member < 0 || !scan.isString) return scan.skip();
    if (!scan.string()) return false;
    if (member === NAME) this.name = nameOf(scan.text);
    else if (member === TIME) this.time = Math.floor(Date.parse(scan.text) / 1000);
    else if (member === CLIENT) this.#readAddress(this.client);
    else if (member === VPC) this.#readVpc();
    return this.#seen !== ALL_SEEN;
  }

  /** Most records are of the same VPC as the one before. */
  #readVpc(): void {
    if (this.#scan.among(this.#lastVpc.words) < 0) {
      const { text } = this.#scan;
      this.#lastVpc = { text, words: words(text) };
    }
    this.vpcId = this.#lastVpc.text;
  }

  #readAnswer(): boolean {
    if (!this.#scan.isObject) return this.#scan.skip();
    this.#isAddress = false;
    this.#data.family = 0;
    if (!this.#scan.object(this.#answerMember)) return false;
    if (this.#isAddress && this.#data.family !== 0) {
      if (this.count === this.addresses.length) this.addresses.push(new Address());
      copyAddress(this.#data, this.addresses[this.count++] as Address);
    }
    return true;
  }

  #readAnswerMember(): boolean {
    const scan = this.#scan;
    const member = scan.among(ANSWER_MEMBERS);
    if (member < 0 || !scan.isString) return scan.skip();
    if (!scan.string()) return false;
    if (member === RDATA) this.#readAddress(this.#data);
    else this.#isAddress = scan.among(ADDRESS_TYPES) >= 0;
    return true;
  }

  /** Reads the last string, which leaves no address when it is none. */
  #readAddress(address: Address): void {
    const { from, to } = this.#scan;
    if (readAddress(this.#bytes, from, address) === to && address.family === 4) return;
    const read = addressOf(this.#scan.text);
    if (read === undefined) address.family = 0;
    else copyAddress(read, address);
  }
}

/** Without the final dot, and in lower case. */
function nameOf(text: string): string {
  return (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
}
