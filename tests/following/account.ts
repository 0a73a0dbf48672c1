import { expand } from '../../services/macro/expand.ts';
import type { Resource } from '../../services/macro/fragment.ts';
import type { ParameterValues } from '../../services/macro/request.ts';
import { request } from '../macro/request.ts';

export const STACK = 'natflow';
const HOUR = 3_600_000;

/** A NAT gateway, with what its clients do. */
export interface AccountGateway {
  readonly id: string;
  state: 'available' | 'deleted';
  tags: Record<string, string>;
  readonly listedFrom: number;
  deletedAt: number;
  /** Its traffic is above the threshold. */
  isBusy: boolean;
  /** The number of its spike, and whether its tags changed meanwhile. */
  spike: number;
  isDisturbed: boolean;
}

/** An alarm in CloudWatch. */
export interface AccountAlarm {
  readonly gatewayId: string;
  readonly definition: object;
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  since: number;
  readonly configuredAt: number;
}

/** Gateways, their alarms, and a stack in CloudFormation, on the test's clock. */
export class Account {
  now = Date.UTC(2026, 10, 22, 10);
  readonly gateways = new Map<string, AccountGateway>();
  readonly alarms = new Map<string, AccountAlarm>();
  /** The stack's alarms by logical id, as CloudFormation has them. */
  readonly resources = new Map<string, Resource>();
  parameters: ParameterValues;
  /** Deployments that CloudFormation rolled back, because an alarm to be updated was gone. */
  rolledBack = 0;

  constructor(parameters: ParameterValues) {
    this.parameters = parameters;
  }

  /** Creates a gateway, which EC2 lists some time later. */
  create(id: string, tags: Record<string, string>, lag: number): void {
    if (this.gateways.has(id)) return;
    this.gateways.set(id, {
      ...{ id, state: 'available', tags, listedFrom: this.now + lag, spike: 0 },
      ...{ deletedAt: Number.POSITIVE_INFINITY, isBusy: false, isDisturbed: false },
    });
  }

  delete(id: string): void {
    const gateway = this.gateways.get(id);
    if (gateway?.state !== 'available') return;
    Object.assign(gateway, { state: 'deleted', deletedAt: this.now, isBusy: false });
  }

  tag(id: string, tags: Record<string, string>): void {
    const gateway = this.gateways.get(id);
    if (gateway !== undefined) Object.assign(gateway, { tags, isDisturbed: true });
  }

  setBusy(id: string, isBusy: boolean): void {
    const gateway = this.gateways.get(id);
    if (gateway?.state !== 'available' || gateway.isBusy === isBusy) return;
    if (isBusy) Object.assign(gateway, { spike: gateway.spike + 1, isDisturbed: false });
    gateway.isBusy = isBusy;
  }

  /** As DescribeNatGateways: new gateways come late, deleted ones stay for an hour. */
  listed(): AccountGateway[] {
    return [...this.gateways.values()].filter(
      ({ listedFrom, deletedAt }) => listedFrom <= this.now && this.now < deletedAt + HOUR,
    );
  }

  put(name: string, gatewayId: string, definition: object): void {
    const { state = 'INSUFFICIENT_DATA', since = this.now } = this.alarms.get(name) ?? {};
    this.alarms.set(name, { gatewayId, definition, state, since, configuredAt: this.now });
  }

  /** Evaluates one alarm as CloudWatch does; returns whether its state changed. */
  evaluate(name: string): boolean {
    const alarm = this.alarms.get(name);
    if (alarm === undefined) return false;
    const state = this.gateways.get(alarm.gatewayId)?.isBusy ? 'ALARM' : 'OK';
    if (alarm.state === state) return false;
    Object.assign(alarm, { state, since: this.now });
    return true;
  }

  /**
   * Deploys the stack with the macro. CloudFormation refuses to make an alarm whose name is taken, and to update one
   * that is gone; one to be deleted may be gone.
   * @throws Error when a name is taken.
   */
  deploy(parameters: ParameterValues = this.parameters): void {
    // EC2 may have told the macro of a gateway that it does not list for the sweep yet.
    const gateways = [...this.gateways.values()];
    const { Resources } = expand(request(parameters), { gateways, subnets: [], sources: [] });
    const wanted = new Map(Object.entries(Resources).filter(([id]) => id.startsWith('AlarmNat')));
    if (this.#isRefused(wanted)) return;
    this.parameters = parameters;
    for (const [id, resource] of this.resources) {
      if (!wanted.has(id)) this.alarms.delete(nameOf(resource));
    }
    for (const [id, resource] of wanted) {
      if (isSame(this.resources.get(id), resource)) continue;
      const { AlarmName: _, ...definition } = resource.Properties ?? {};
      this.put(nameOf(resource), nameOf(resource).slice(STACK.length + 1), definition);
    }
    this.resources.clear();
    for (const [id, resource] of wanted) this.resources.set(id, resource);
  }

  #isRefused(wanted: ReadonlyMap<string, Resource>): boolean {
    for (const [id, resource] of wanted) {
      const isThere = this.alarms.has(nameOf(resource));
      const before = this.resources.get(id);
      if (before === undefined && isThere) throw new Error(`${nameOf(resource)} already exists`);
      if (before === undefined || isThere || isSame(before, resource)) continue;
      this.rolledBack += 1;
      return true;
    }
    return false;
  }

  /** Whether a gateway is to be watched, listed or not. */
  isChosen(gatewayId: string): boolean {
    return this.chosen().includes(gatewayId);
  }

  /** The gateways that are to be watched, by the parameter's own words. */
  chosen(): string[] {
    const parts = String(this.parameters['NatGatewayIds']).split(',');
    const chosen = [...this.gateways.values()].filter(
      ({ id, state, tags }) =>
        state === 'available' &&
        parts.some(
          (part) => part === 'all' || part.startsWith(id) || part === `tag:Team=${tags['Team']}`,
        ),
    );
    return chosen.map(({ id }) => id).sort();
  }
}

function isSame(a: Resource | undefined, b: Resource): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function nameOf({ Properties = {} }: Resource): string {
  const { 'Fn::Sub': name } = Properties['AlarmName'] as { 'Fn::Sub': string };
  return name.replace('${AWS::StackName}', STACK);
}
