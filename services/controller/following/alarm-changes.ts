import type { ChosenGateway, Gateway } from '../../../shared/gateway/choose-gateways.ts';
import { type Choice, chosenNow } from '../../../shared/gateway/followed.ts';
import {
  type AlarmDefinition,
  alarmDefinition,
  detectorQueries,
  type MetricQuery,
} from '../../../shared/gateway/gateway-alarm.ts';
import { alarmName, followedAlarmName } from '../../../shared/gateway/nat-gateway.ts';
import type { Alarm } from '../watch.ts';

/** An alarm of the stack on a gateway, as CloudWatch describes it. */
export interface WatchingAlarm {
  readonly name: string;
  readonly gatewayId: string;
  /** The sweep made it; otherwise the macro did. */
  readonly isFollowed: boolean;
  readonly state: Alarm['state'];
  /** When it was made or last changed, Unix milliseconds. */
  readonly configuredAt: number;
  /** The members of its definition, and others. */
  readonly definition: object;
}

/** A request to CloudWatch. */
export type AlarmChange = AlarmPut | AlarmRemoval;

/** An alarm to be made, or to be brought up to its definition. */
export interface AlarmPut {
  readonly do: 'put';
  readonly name: string;
  readonly gatewayId: string;
  readonly definition: AlarmDefinition;
  /** The queries of the anomaly detector that the alarm needs. */
  readonly detector: readonly MetricQuery[] | undefined;
}

/** Alarms to be deleted, and the queries of the anomaly detectors that go with those of the sweep. */
export interface AlarmRemoval {
  readonly do: 'delete';
  readonly names: readonly string[];
  readonly detectors: readonly (readonly MetricQuery[])[];
}

/** What AWS lists, and what the stack is to watch. */
export interface Known {
  readonly stack: string;
  readonly choice: Choice;
  readonly gateways: readonly Gateway[];
  readonly alarms: readonly WatchingAlarm[];
  readonly now: number;
}

/** EC2 may not list a new gateway for this long, in milliseconds. Deleted ones are listed for about an hour. */
const LISTING_LAG = 10 * 60_000;

/** Whether a chosen gateway has no alarm. */
export function isOneMissing(known: Known): boolean {
  const watched = new Set(known.alarms.map(({ gatewayId }) => gatewayId));
  return chosenNow(known.choice, known.gateways).some(({ id }) => !watched.has(id));
}

/**
 * The changes after which every chosen gateway has one alarm, and no other thing has one. `ofStack` has the gateways
 * whose alarms CloudFormation has among the stack's resources.
 *
 * A missing alarm that CloudFormation takes for existing gets its name back, because an update of the stack fails
 * for a resource that is gone; every other one gets the sweep's name, because CloudFormation cannot create an alarm
 * whose name is taken. Where a deployment has written the alarm of a gateway that the sweep watches, the sweep's goes
 * as soon as neither is raised: a spike is one alarm's from its beginning to its end.
 */
export function alarmChanges(known: Known, ofStack: ReadonlySet<string>): AlarmChange[] {
  const chosen = chosenNow(known.choice, known.gateways);
  const ids = new Set(chosen.map(({ id }) => id));
  return [
    ...chosen.flatMap((gateway) => changesOf(gateway, known, ofStack)),
    ...known.alarms
      .filter(({ gatewayId }) => !ids.has(gatewayId))
      .filter((alarm) => isUnwanted(alarm, known))
      .map((alarm) => removal([alarm])),
  ];
}

/** The change after which the stack has no alarm of the sweep, and CloudFormation has its own. */
export function followedRemoval(alarms: readonly WatchingAlarm[]): AlarmRemoval {
  return removal(alarms.filter(({ isFollowed }) => isFollowed));
}

function changesOf(
  gateway: ChosenGateway,
  { stack, choice, alarms }: Known,
  ofStack: ReadonlySet<string>,
): AlarmChange[] {
  const both = alarms.filter(({ gatewayId }) => gatewayId === gateway.id);
  const followed = both.find(({ isFollowed }) => isFollowed);
  const definition = alarmDefinition(gateway, choice.rule);
  const put = (name: string): AlarmChange => ({
    ...{ do: 'put', name, gatewayId: gateway.id, definition },
    detector: detectorQueries(gateway, choice.rule),
  });
  if (both.length === 0) {
    return [put((ofStack.has(gateway.id) ? alarmName : followedAlarmName)(stack, gateway.id))];
  }
  if (followed === undefined) return [];
  if (both.length > 1 && both.every(({ state }) => state !== 'ALARM')) {
    // The detector is the one of the macro's alarm as well.
    return [{ do: 'delete', names: [followed.name], detectors: [] }];
  }
  return contains(followed.definition, definition) ? [] : [put(followed.name)];
}

/** A gateway that EC2 does not list is deleted, unless its alarm is so new that the gateway may be as well. */
function isUnwanted({ gatewayId, configuredAt }: WatchingAlarm, { gateways, now }: Known): boolean {
  return gateways.some(({ id }) => id === gatewayId) || configuredAt + LISTING_LAG <= now;
}

function removal(alarms: readonly WatchingAlarm[]): AlarmRemoval {
  const detectors = alarms.flatMap(({ isFollowed, definition }) => {
    const queries = isFollowed ? detectorIn(definition) : undefined;
    return queries === undefined ? [] : [queries];
  });
  return { do: 'delete', names: alarms.map(({ name }) => name), detectors };
}

/** The queries of the detector that an alarm with a band evaluates: all but the band. */
function detectorIn({ Metrics = [] }: { readonly Metrics?: readonly MetricQuery[] }) {
  const isBand = ({ Id }: MetricQuery) => Id === 'band';
  return Metrics.some(isBand) ? Metrics.filter((each) => !isBand(each)) : undefined;
}

/** Whether a described value has all that is wanted. CloudWatch adds members, and may list metrics in any order. */
function contains(described: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(described) &&
      described.length === wanted.length &&
      wanted.every((each) => described.some((other) => contains(other, each)))
    );
  }
  if (typeof wanted !== 'object' || wanted === null) return described === wanted;
  if (typeof described !== 'object' || described === null) return false;
  const members = new Map<string, unknown>(Object.entries(described));
  return Object.entries(wanted).every(([name, value]) => contains(members.get(name), value));
}
