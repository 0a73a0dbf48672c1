import { control } from '../../services/controller/control.ts';
import type { Ports } from '../../services/controller/reconcile.ts';
import type { Alarm, FlowLog, State } from '../../services/controller/watch.ts';

export const NOW = Date.UTC(2026, 10, 22, 10, 14);
export const RULES = {
  recordingTime: 900_000,
  minimumRecordingTime: 120_000,
  firstLinesWait: 0,
  numOfRecordings: 10,
};
export const raised: Alarm = { state: 'ALARM', since: NOW - 1000 };

/** Ports without faults or delays, on state in memory. */
export function stillWorld(alarms: Record<string, Alarm>, overrides: Partial<Ports> = {}) {
  const items = new Map<string, { state: State; version: number }>();
  const flowLogs: FlowLog[] = [];
  const told: string[] = [];
  const all: Ports = {
    rules: RULES,
    now: () => NOW,
    flowLogs: async (id) => flowLogs.filter(({ gatewayId }) => gatewayId === (id ?? gatewayId)),
    alarms: async () => new Map(Object.entries(alarms)),
    load: async (id) => items.get(id),
    list: async () => [...items].map(([gatewayId, { state }]) => ({ gatewayId, state })),
    save: async (id, state, version) => {
      if ((items.get(id)?.version ?? 0) !== version) return false;
      items.set(id, { state, version: version + 1 });
      return true;
    },
    arm: async () => {},
    disarm: async () => {},
    look: async () => {},
    create: async (gatewayId, recordingId) => {
      const id = `fl-${gatewayId}`;
      flowLogs.push({ id, gatewayId, recordingId, createdAt: NOW });
      return { flowLogIds: [id], gatewayName: `name of ${gatewayId}` };
    },
    deleteFlowLogs: async (ids) => {
      const left = flowLogs.filter(({ id }) => !ids.includes(id));
      flowLogs.splice(0, flowLogs.length, ...left);
    },
    notify: async (notification) => void told.push(notification.kind),
    ...overrides,
  };
  return { all, items, flowLogs, told };
}

/** The same ports, with the names of all calls. */
export function counting(all: Ports): { counted: Ports; calls: string[] } {
  const calls: string[] = [];
  const counted = new Proxy(all, {
    get(target, name: keyof Ports) {
      if (typeof target[name] === 'function' && name !== 'now') calls.push(name);
      return target[name];
    },
  });
  return { counted, calls };
}

export const run = (all: Ports, raw: unknown) => control(all, raw, 'natflow');
