import { addressOf, PrefixTable } from '../flow/prefix.ts';
import { type Claim, isDated, isSameOwner, KINDS, type Labels } from './claim.ts';
import type { Tenures } from './tenures.ts';

/** What is known of an address; of an unknown one nothing is. */
export interface Who {
  /** The id of the instance or interface. */
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly labels?: Labels | undefined;
  /** The names of owners that cannot be told apart: it is one of them. */
  readonly oneOf?: readonly string[] | undefined;
}

/** Names of addresses. Two claims of one address that cannot be told apart give it no name. */
export class Names {
  readonly #undated = new PrefixTable<Claim[]>();
  readonly #tenures: Tenures | undefined;

  constructor(undated: readonly Claim[], tenures?: Tenures) {
    this.#tenures = tenures;
    for (const claim of [...undated, ...(tenures?.undated ?? [])]) {
      const same = this.#undated.get(claim.prefix);
      if (same === undefined) this.#undated.set(claim.prefix, [claim]);
      else same.push(claim);
    }
  }

  /**
   * Who has the address in this tenure. Of owners in several VPCs, one in `vpcIds` takes precedence. The name is that
   * of the longest prefix; labels are those of all prefixes, a longer one's before a shorter one's.
   */
  of(text: string, tenure = 0, vpcIds: ReadonlySet<string> = new Set()): Who {
    const address = addressOf(text);
    if (address === undefined) return {};
    const all = [...(this.#tenures?.claims(tenure) ?? []), ...this.#undated.allOf(address).flat()];
    const near = inOneVpc(all, vpcIds);
    // EC2 says that this address is the host's own: a pod with it uses the host's network.
    const isHost = near.some(({ kind }) => kind === 'host');
    const ranks = ranked(near.filter(({ kind }) => !isHost || kind !== 'pod'));
    return whoOf(ranks.map(ownersOf));
  }
}

/** Claims without those of other VPCs. Where it is not known which VPC it is, none of EC2's claims comes first. */
function inOneVpc(all: readonly Claim[], vpcIds: ReadonlySet<string>): Claim[] {
  const isNear = ({ vpcId }: Claim) => vpcId !== undefined && vpcIds.has(vpcId);
  const near = all.some(isNear)
    ? all.filter((claim) => claim.vpcId === undefined || isNear(claim))
    : all;
  const vpcs = new Set(near.flatMap(({ vpcId }) => vpcId ?? []));
  if (vpcs.size <= 1) return [...near];
  return near.map((claim) => (claim.kind === 'host' ? { ...claim, kind: 'ec2' } : claim));
}

/** Claims by their weight, the heaviest first: by length of prefix, then kind, then whether they have a time. */
function ranked(claims: readonly Claim[]): Claim[][] {
  const sorted = [...claims].sort(compare);
  const ranks: Claim[][] = [];
  for (const claim of sorted) {
    const rank = ranks.at(-1);
    const [first] = rank ?? [];
    if (rank === undefined || first === undefined || compare(first, claim) !== 0) {
      ranks.push([claim]);
    } else rank.push(claim);
  }
  return ranks;
}

function compare(a: Claim, b: Claim): number {
  return (
    b.prefix.length - a.prefix.length ||
    KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
    Number(isDated(b)) - Number(isDated(a))
  );
}

/** The different owners of one rank. */
function ownersOf(rank: readonly Claim[]): Claim[] {
  const owners: Claim[] = [];
  for (const claim of rank) {
    const at = owners.findIndex((each) => isSameOwner(each, claim));
    const same = owners[at];
    if (same === undefined) owners.push(claim);
    else owners[at] = joined(same, claim);
  }
  return owners;
}

function joined(a: Claim, b: Claim): Claim {
  const [id, name] = [b.id ?? a.id, b.name ?? a.name];
  return { ...b, id, name, labels: { ...a.labels, ...b.labels } };
}

function whoOf(ranks: readonly (readonly Claim[])[]): Who {
  const labels = Object.assign({}, ...ranks.map(commonLabels).reverse());
  const all = Object.keys(labels).length > 0 ? { labels } : {};
  const naming = ranks.find((owners) => owners.some(({ name }) => name !== undefined)) ?? [];
  if (naming.length > 1)
    return { ...all, oneOf: naming.map(({ name = '', id }) => name || id || '') };
  const id = idOf(ranks);
  const name = naming[0]?.name;
  return { ...all, ...(id !== undefined && { id }), ...(name !== undefined && { name }) };
}

/** The id is that of the address itself: what a file says of it has none, and a pod's node is not the pod. */
function idOf(ranks: readonly (readonly Claim[])[]): string | undefined {
  const first = ranks.find(([claim]) => claim !== undefined && claim.kind !== 'file') ?? [];
  return first.length === 1 ? first[0]?.id : undefined;
}

/** The labels that all owners have with the same value. */
function commonLabels([first, ...others]: readonly Claim[]): Labels {
  const labels = Object.entries(first?.labels ?? {});
  return Object.fromEntries(
    labels.filter(([key, value]) => others.every((each) => each.labels[key] === value)),
  );
}
