import { control } from '../../services/controller/control.ts';
import { byGateway } from '../../services/controller/events.ts';
import {
  type Following,
  type FollowPorts,
  following,
} from '../../services/controller/following/following.ts';
import {
  NOTHING_TOLD,
  readTold,
  type WatchNews,
  writeTold,
} from '../../services/controller/following/told.ts';
import type { Ports } from '../../services/controller/reconcile.ts';
import type { FlowLog, State } from '../../services/controller/watch.ts';
import { readAlarmRule } from '../../shared/gateway/alarm-rule.ts';
import { gatewayOfAlarm, gatewayOfLogicalId } from '../../shared/gateway/nat-gateway.ts';
import { alarmEvent } from '../controller/history.ts';
import { type Account, STACK } from './account.ts';

/** The calls that a fault can hit. */
export const CALLS = [
  'gateways',
  'watchingAlarms',
  'alarmsOfStack',
  'putAlarm',
  'deleteAlarms',
  'loadTold',
  'saveTold',
  'tell',
] as const;
export type Call = (typeof CALLS)[number];

/** Not done; done, but the answer is lost; the invocation ends before it, or after it. */
export const FAULTS = ['throttled', 'lost', 'crash before', 'crash after'] as const;
export interface PlannedFault {
  readonly call: Call;
  readonly fault: (typeof FAULTS)[number];
}

const CALL_MS = 350;
const MINUTE = 60_000;

/** The controller in an account: sweeps, alarm events, and the mails that it sends. */
export class Sweeps {
  readonly account: Account;
  readonly faults: PlannedFault[] = [];
  readonly mails: WatchNews[] = [];
  /** The first call that should not have been made. */
  wrong: string | undefined;
  /** A fault has hit. */
  isFaulty = false;
  /** The recordings that were begun, by gateway and spike. */
  readonly begun: string[] = [];
  readonly flowLogs: FlowLog[] = [];
  /** Waits before each call. */
  readonly #gate: () => Promise<void>;
  readonly #items = new Map<string, { state: State; version: number }>();
  #told = { text: writeTold(NOTHING_TOLD), version: 0 };
  #deadlines = new Map<string, { gatewayId: string; at: number }>();

  constructor(account: Account, gate: () => Promise<void> = async () => {}) {
    this.account = account;
    this.#gate = gate;
  }

  /** Sweeps until it is done or crashes; rejections are what Lambda would retry. */
  async sweep(): Promise<void> {
    await this.#invoke({ command: 'sweep' });
  }

  /** The stack is being deleted. */
  async close(): Promise<void> {
    await this.#invoke({ RequestType: 'Delete' });
  }

  /** An alarm is evaluated, and its event delivered or lost. */
  async evaluate(name: string, isLost: boolean): Promise<void> {
    const { account } = this;
    account.now += 1000;
    if (!account.evaluate(name) || isLost) return;
    const { gatewayId = '', state = 'OK', since = 0 } = account.alarms.get(name) ?? {};
    const event = alarmEvent(gatewayId, state, since);
    Object.assign((event as { detail: object }).detail, { alarmName: name });
    await this.#invoke(event);
  }

  async evaluateAll(): Promise<void> {
    for (const name of [...this.account.alarms.keys()]) await this.evaluate(name, false);
  }

  /** Time goes by, and the stops that are armed fire. */
  async advance(ms: number): Promise<void> {
    this.account.now += ms;
    for (const [recordingId, { gatewayId, at }] of [...this.#deadlines]) {
      if (at > this.account.now) continue;
      this.#deadlines.delete(recordingId);
      await this.#invoke({ command: 'timer', gatewayId, recordingId });
    }
  }

  get told() {
    return readTold(this.#told.text);
  }

  async #invoke(raw: object): Promise<void> {
    let crash = () => {};
    const crashed = new Promise<void>((resolve) => {
      crash = resolve;
    });
    const work = control(this.#recordingPorts(), raw, STACK, { following: this.#following(crash) });
    await Promise.race([work.then(() => undefined), crashed]).catch((error) => {
      if (!this.isFaulty) throw error;
    });
  }

  #following(crash: () => void): Following {
    const { account } = this;
    const text = (name: string) => String(account.parameters[name] ?? '');
    const rule = readAlarmRule(text, () => undefined);
    const choice = { natGatewayIds: text('NatGatewayIds'), rule };
    return following(this.#followPorts(crash), STACK, choice);
  }

  #followPorts(crash: () => void): FollowPorts {
    const { account } = this;
    const call = <T>(name: Call, act: () => T) => this.#call(name, crash, act);
    return {
      now: () => account.now,
      gateways: () => call('gateways', () => structuredClone(account.listed())),
      watchingAlarms: () =>
        call('watchingAlarms', () =>
          [...account.alarms].map(([name, alarm]) => ({
            ...alarm,
            name,
            isFollowed: gatewayOfAlarm(STACK, name)?.isFollowed === true,
          })),
        ),
      alarmsOfStack: () =>
        call('alarmsOfStack', () => {
          const ids = [...account.resources.keys()];
          return new Set(ids.flatMap((id) => gatewayOfLogicalId(id) ?? []));
        }),
      putAlarm: ({ name, gatewayId, definition }) =>
        call('putAlarm', () => account.put(name, gatewayId, definition)),
      deleteAlarms: ({ names }) =>
        call('deleteAlarms', () => {
          for (const name of names) this.#delete(name);
        }),
      told: {
        load: () =>
          call('loadTold', () => {
            const { text, version } = this.#told;
            return version === 0 ? undefined : { state: readTold(text), version };
          }),
        save: (state, version) =>
          call('saveTold', () => {
            if (version !== this.#told.version) return false;
            this.#told = { text: writeTold(state), version: version + 1 };
            return true;
          }),
      },
      tell: (news) => call('tell', () => void this.mails.push(news)),
    };
  }

  #delete(name: string): void {
    const { account } = this;
    const { gatewayId = '' } = account.alarms.get(name) ?? {};
    account.alarms.delete(name);
    const isWatched = [...account.alarms.values()].some((each) => each.gatewayId === gatewayId);
    if (account.isChosen(gatewayId) && !isWatched) {
      this.wrong ??= `${gatewayId} is chosen, and its only alarm was deleted`;
    }
  }

  async #call<T>(name: Call, crash: () => void, act: () => T): Promise<T> {
    await this.#gate();
    this.account.now += CALL_MS;
    const index = this.faults.findIndex(({ call }) => call === name);
    const fault = index < 0 ? undefined : this.faults.splice(index, 1)[0]?.fault;
    if (fault !== undefined) this.isFaulty = true;
    if (fault === 'throttled') throw new Error(`${name}: Rate exceeded`);
    if (fault === 'crash before') return await this.#end(crash);
    const result = act();
    if (fault === 'crash after') return await this.#end(crash);
    if (fault === 'lost') throw new Error(`the answer to ${name} was lost`);
    return result;
  }

  async #end(crash: () => void): Promise<never> {
    crash();
    return await new Promise<never>(() => {});
  }

  /** Recordings without faults: those are in the histories of recordings. Lines come at once. */
  #recordingPorts(): Ports {
    const { account, flowLogs } = this;
    const none = async () => {};
    return {
      rules: {
        ...{ recordingTime: 5 * MINUTE, minimumRecordingTime: 0 },
        ...{ firstLinesWait: 0, numOfRecordings: 0 },
      },
      now: () => account.now,
      flowLogs: async (id) => flowLogs.filter(({ gatewayId }) => gatewayId === (id ?? gatewayId)),
      alarms: async () =>
        byGateway(
          [...account.alarms].map(([name, alarm]) => ({ ...alarm, name })),
          STACK,
        ),
      load: async (id) => this.#items.get(id),
      list: async () => [...this.#items].map(([gatewayId, { state }]) => ({ gatewayId, state })),
      save: async (id, state, version) => {
        this.#items.set(id, { state, version: version + 1 });
        return true;
      },
      arm: async (gatewayId, id, at) => void this.#deadlines.set(id, { gatewayId, at }),
      disarm: async (id) => void this.#deadlines.delete(id),
      create: async (gatewayId, recordingId) => {
        const { spike = 0, isBusy } = account.gateways.get(gatewayId) ?? {};
        this.begun.push(`${gatewayId} ${isBusy ? spike : 'calm'}`);
        const id = `fl-${recordingId}`;
        const delivery = { status: 'SUCCESS' as const };
        flowLogs.push({ id, gatewayId, recordingId, createdAt: account.now, delivery });
        return { flowLogIds: [id] };
      },
      deleteFlowLogs: async (ids) => {
        const left = flowLogs.filter(({ id }) => !ids.includes(id));
        flowLogs.splice(0, flowLogs.length, ...left);
      },
      ...{ look: none, notify: none },
    };
  }
}
