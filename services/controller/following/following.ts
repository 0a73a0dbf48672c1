import type { Gateway } from '../../../shared/gateway/choose-gateways.ts';
import type { Choice } from '../../../shared/gateway/followed.ts';
import { gatewayName, gatewayOfAlarm, isAlive } from '../../../shared/gateway/nat-gateway.ts';
import { PartlySent } from '../../../shared/notification/send-each.ts';
import { changeItem, loadItem, type StateItem } from '../../../shared/state-item.ts';
import {
  type AlarmChange,
  type AlarmPut,
  type AlarmRemoval,
  alarmChanges,
  followedRemoval,
  isOneMissing,
  type Known,
  type WatchingAlarm,
} from './alarm-changes.ts';
import {
  type NamedGateway,
  type NewsMail,
  NOTHING_TOLD,
  type Told,
  withDone,
  withNews,
  withoutMail,
} from './told.ts';

/** The ports of following. A call that throws may have taken effect, and can be repeated. */
export interface FollowPorts {
  now(): number;
  /** The NAT gateways of the account and region, those that were deleted within the hour included. */
  gateways(): Promise<readonly Gateway[]>;
  /** The stack's alarms on gateways: those of the macro, and those of the sweep. */
  watchingAlarms(): Promise<readonly WatchingAlarm[]>;
  /** The gateways whose alarms CloudFormation has among the stack's resources. */
  alarmsOfStack(): Promise<ReadonlySet<string>>;
  /** Makes the alarm, or brings it up to its definition. */
  putAlarm(alarm: AlarmPut): Promise<void>;
  /** Deletes alarms and anomaly detectors. One that does not exist is not an error. */
  deleteAlarms(alarms: AlarmRemoval): Promise<void>;
  readonly told: StateItem<Told>;
  /** Tells of it on the ways that are not done. @throws PartlySent when some of them are done now. */
  tell(mail: NewsMail): Promise<void>;
}

/** What the controller does about the alarms of gateways that come and go. */
export interface Following {
  /** Gives the chosen gateways their alarms, takes those of others away, and tells of it. */
  sweep(): Promise<void>;
  /** The stack is being deleted: takes away what CloudFormation does not know. */
  close(): Promise<void>;
  /** The stack is not being deleted after all. */
  open(): Promise<void>;
}

/** Leaves all alarms alone. */
export const NO_FOLLOWING: Following = {
  sweep: async () => {},
  close: async () => {},
  open: async () => {},
};

/**
 * How long a sweep changes alarms, in milliseconds. CloudWatch takes some three changes a second, so that those of
 * hundreds of gateways need several sweeps, and all are done within the hour.
 */
const CHANGES_MS = 20_000;

/** Follows the account. Without a choice, which is a list of ids, the alarms are those of the deployment. */
export function following(
  ports: FollowPorts,
  stack: string,
  choice: Choice | undefined,
): Following {
  return {
    async sweep() {
      const told = await ports.told.load();
      if (choice === undefined || told?.state.closed) return await removeFollowed(ports);
      const [gateways, alarms] = await Promise.all([ports.gateways(), ports.watchingAlarms()]);
      await new Sweep(ports, { stack, choice, gateways, alarms, now: ports.now() }).run();
    },
    async close() {
      await setClosed(ports, true);
      await removeFollowed(ports);
    },
    async open() {
      await setClosed(ports, false);
    },
  };
}

async function removeFollowed(ports: FollowPorts): Promise<void> {
  const removal = followedRemoval(await ports.watchingAlarms());
  if (removal.names.length > 0) await ports.deleteAlarms(removal);
}

async function setClosed(ports: FollowPorts, closed: boolean): Promise<void> {
  await changeItem('the item of the watched gateways', ports.told, NOTHING_TOLD, (told) =>
    told.closed === closed ? told : { ...told, closed },
  );
}

class Sweep {
  readonly #ports: FollowPorts;
  readonly #known: Known;
  /** The names of the alarms that there are. */
  readonly #names: Set<string>;
  readonly #errors: unknown[] = [];

  constructor(ports: FollowPorts, known: Known) {
    this.#ports = ports;
    this.#known = known;
    this.#names = new Set(known.alarms.map(({ name }) => name));
  }

  /** @throws AggregateError of what was left undone, after all else: the next sweep goes on with it. */
  async run(): Promise<void> {
    const ofStack = isOneMissing(this.#known)
      ? await this.#ports.alarmsOfStack()
      : new Set<string>();
    await this.#perform(alarmChanges(this.#known, ofStack));
    await this.#tell();
    const [first] = this.#errors;
    if (this.#errors.length > 1) throw new AggregateError(this.#errors, this.#errors.join('; '));
    if (first !== undefined) throw first;
  }

  async #perform(changes: readonly AlarmChange[]): Promise<void> {
    const until = this.#ports.now() + CHANGES_MS;
    for (const change of changes) {
      if (this.#ports.now() >= until) return;
      try {
        await this.#change(change);
      } catch (error) {
        this.#errors.push(error);
      }
    }
  }

  async #change(change: AlarmChange): Promise<void> {
    if (change.do === 'put') {
      await this.#ports.putAlarm(change);
      this.#names.add(change.name);
    } else {
      await this.#ports.deleteAlarms(change);
      for (const name of change.names) this.#names.delete(name);
    }
  }

  /**
   * Tells what the user does not know yet. The item is read after the alarms were made: when the stack was closed
   * meanwhile, they go again.
   */
  async #tell(): Promise<void> {
    const ports = this.#ports;
    const { state, version } = await loadItem(ports.told, NOTHING_TOLD);
    if (state.closed) return await removeFollowed(ports);
    const next = withNews(state, this.#watching(state), ports.now());
    if (next === state) return;
    // After a conflict another sweep tells, or the stack is being closed: the next sweep finds what is left.
    if (!(await ports.told.save(next, version))) return await this.#tellLater();
    if (next.mail === undefined) return;
    try {
      await ports.tell(next.mail);
    } catch (error) {
      if (error instanceof PartlySent)
        await ports.told.save(withDone(next, error.done), version + 1);
      throw error;
    }
    await ports.told.save(withoutMail(next), version + 1);
  }

  async #tellLater(): Promise<void> {
    const saved = await this.#ports.told.load();
    if (saved?.state.closed) await removeFollowed(this.#ports);
  }

  #watching({ watched = [] }: Told) {
    const { stack, gateways, alarms } = this.#known;
    const names = new Map([
      ...watched.map(({ id, name }) => [id, name] as const),
      ...gateways.map((gateway) => [gateway.id, gatewayName(gateway)] as const),
    ]);
    const named = (ids: Iterable<string>): NamedGateway[] =>
      [...new Set(ids)].sort().map((id) => {
        const name = names.get(id);
        return name === undefined ? { id } : { id, name };
      });
    return {
      watched: named(
        [...this.#names].flatMap((name) => gatewayOfAlarm(stack, name)?.gatewayId ?? []),
      ),
      deployed: named(
        alarms.filter(({ isFollowed }) => !isFollowed).map(({ gatewayId }) => gatewayId),
      ),
      isDeleted: (gatewayId: string) =>
        !gateways.some(({ id, state }) => id === gatewayId && isAlive(state)),
    };
  }
}
