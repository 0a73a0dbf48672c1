import type { Prefix } from '../flow/prefix.ts';

/** What sources are grouped by: `namespace`, `az`, `tag:team`. */
export type Labels = Readonly<Record<string, string>>;

/**
 * What says so, the most telling first: a file of one's own; EC2 of an instance's primary address; Kubernetes of a
 * pod; EC2 of another address; Kubernetes of a node; the subnet.
 */
export const KINDS = ['file', 'host', 'pod', 'ec2', 'node', 'subnet'] as const;
export type Kind = (typeof KINDS)[number];

/** What an address, or every address of a prefix, is called. */
export interface Claim {
  readonly prefix: Prefix;
  readonly kind: Kind;
  /** The id of an instance or interface. */
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly labels: Labels;
  /** Two VPCs may use the same address. */
  readonly vpcId?: string | undefined;
  /** Unix seconds, from the first to before the last; a claim without both holds at all times. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

/** Whether the claim holds for a time only. */
export function isDated({ from, until }: Claim): boolean {
  return from !== undefined || until !== undefined;
}

/** Whether two claims are of the same owner: by id where both have one, else by name. */
export function isSameOwner(a: Claim, b: Claim): boolean {
  if (a.kind !== b.kind) return false;
  return a.id !== undefined && b.id !== undefined ? a.id === b.id : a.name === b.name;
}

/** A pod on a node, which may reach a NAT gateway under the node's address. */
export interface NodePod {
  readonly node: string;
  readonly namespace: string | undefined;
  readonly pod: string;
  /** `deployment/api`, where it is said. */
  readonly owner: string | undefined;
  /** Whether it uses the node's network, and has its address everywhere; undefined where that is not said. */
  readonly isHost?: boolean | undefined;
  /** Unix seconds, as of a claim. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

/** What files of names say. */
export interface NameList {
  readonly claims: readonly Claim[];
  readonly pods: readonly NodePod[];
}

/** Puts several files together. */
export function mergeNames(lists: readonly NameList[]): NameList {
  return {
    claims: lists.flatMap(({ claims }) => claims),
    pods: lists.flatMap(({ pods }) => pods),
  };
}
