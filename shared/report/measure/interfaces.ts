import type { KnownInterfaces, ProofBy } from '../../flow/gateway-proof.ts';
import type { FlowRecord } from '../../flow/record.ts';
import type { CurrentLine } from '../../flowlog/source.ts';
import { FIELD, type ReportFields } from './fields.ts';
import { Interface, type InterfaceFacts } from './interface.ts';

/** Bounds memory: further interfaces count but have no name, and no proof, unless they are asked for. */
export const MOST_INTERFACES = 4096;
const GATEWAY_TYPE = /^(regional_)?nat_gateway$/;

/** What is known of the interfaces beside their lines. */
export interface InterfacesKnown {
  /** Names of the interfaces or resources whose flows count, which are NAT gateways; undefined: all flows. */
  readonly gateway?: ReadonlySet<string> | undefined;
  readonly known?: KnownInterfaces | undefined;
}

/** The interfaces that the lines are of, each learned from its first line. */
export class Interfaces {
  /** The region and the availability zone's id that the lines name; empty when they name none. */
  region = '';
  zone = '';
  readonly #fields: ReportFields;
  readonly #gateway: ReadonlySet<string> | undefined;
  readonly #known: KnownInterfaces | undefined;
  readonly #byIndex = new Map<number, Interface>();
  /** What stands for the interfaces beyond the limit: those that are not wanted, and those that are. */
  readonly #beyond = [beyond(false), beyond(true)] as const;
  #last: Interface | undefined;
  #lastIndex = 0;

  constructor(fields: ReportFields, { gateway, known }: InterfacesKnown) {
    this.#fields = fields;
    this.#gateway = gateway;
    this.#known = known;
  }

  /** Those with a flow that was added. */
  get all(): Interface[] {
    return [...this.#byIndex.values(), ...this.#beyond].filter(({ flows }) => flows > 0);
  }

  /** The interface of a line that has just been read. */
  of(flow: FlowRecord): Interface {
    const { interfaceIndex } = flow;
    if (this.#last === undefined || this.#lastIndex !== interfaceIndex) {
      this.#last = this.#byIndex.get(interfaceIndex) ?? this.#learn(flow);
      this.#lastIndex = interfaceIndex;
    }
    return this.#last;
  }

  /** Whether a line without a flow is of an interface that is asked for. */
  isWanted(line: Pick<CurrentLine, 'interfaceName'>): boolean {
    return this.#gateway?.has(line.interfaceName) ?? true;
  }

  #learn(flow: FlowRecord): Interface {
    const facts = this.#factsOf(flow);
    this.region ||= this.#fields.said(FIELD.region);
    this.zone ||= this.#fields.said(FIELD.zone);
    const isAskedFor = facts.isWanted && this.#gateway !== undefined;
    if (!isAskedFor && this.#byIndex.size >= MOST_INTERFACES) {
      return this.#beyond[facts.isWanted ? 1 : 0];
    }
    const found = new Interface(facts);
    this.#byIndex.set(flow.interfaceIndex, found);
    return found;
  }

  #factsOf({ regional }: FlowRecord): InterfaceFacts {
    const fields = this.#fields;
    const [name, resource] = [fields.said(FIELD.interface), fields.said(FIELD.resource)];
    const isNamed = this.#gateway?.has(name) === true || this.#gateway?.has(resource) === true;
    const known = this.#known?.gateways.get(name) ?? this.#known?.gateways.get(resource);
    const type = fields.said(FIELD.interfaceType);
    const isGatewayType = GATEWAY_TYPE.test(type);
    return {
      name: name || resource,
      number: this.#byIndex.size + 1,
      isWanted: this.#gateway === undefined || isNamed,
      by: known?.by ?? proofBy(isNamed, regional && resource.startsWith('nat-'), isGatewayType),
      isOther:
        this.#known?.others.has(name) === true ||
        (type !== '' && !isGatewayType) ||
        fields.isSaid(FIELD.instance),
      ownAddress: known?.address,
    };
  }
}

function beyond(isWanted: boolean): Interface {
  return new Interface({
    name: '',
    number: 0,
    isWanted,
    by: undefined,
    isOther: true,
    ownAddress: undefined,
  });
}

function proofBy(
  isNamed: boolean,
  isRegional: boolean,
  isGatewayType: boolean,
): ProofBy | undefined {
  if (isNamed) return 'named';
  if (isRegional) return 'regional';
  return isGatewayType ? 'lines' : undefined;
}
