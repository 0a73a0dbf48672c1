import type { Ports } from '../../services/controller/reconcile.ts';
import { NEW_STATE } from '../../services/controller/watch.ts';
import type { Plant } from './program.ts';

type Loaded = Awaited<ReturnType<Ports['load']>>;

// Faults that the controller does not have, put between it and AWS: the explorer has to find each.

/** The item is read before the flow logs are listed: one that is made in between looks like an orphan. */
export const itemBeforeFlowLogs: Plant = (ports) => {
  let early: Loaded;
  return {
    ...ports,
    async flowLogs(gatewayId) {
      if (gatewayId !== undefined) early = await ports.load(gatewayId);
      return await ports.flowLogs(gatewayId);
    },
    load: async () => early,
  };
};

/** The same, and the save is based on the version that the item has by then. */
export const oldItemWithNewVersion: Plant = (ports) => {
  const planted = itemBeforeFlowLogs(ports);
  return {
    ...planted,
    async load(gatewayId) {
      const early = await planted.load(gatewayId);
      const { version } = (await ports.load(gatewayId)) ?? { version: 0 };
      return { state: early?.state ?? NEW_STATE, version };
    },
  };
};

/** A save does not look whether another came before it. */
export const lastSaveWins: Plant = (ports) => ({
  ...ports,
  async save(gatewayId, state) {
    const item = await ports.load(gatewayId);
    return await ports.save(gatewayId, state, item?.version ?? 0);
  },
});

/** The stop is armed after the start: a crash in between leaves a flow log without an end. */
export const startBeforeStop: Plant = (ports) => {
  let arm = async () => {};
  return {
    ...ports,
    async arm(...stop) {
      arm = () => ports.arm(...stop);
    },
    async create(...start) {
      const made = await ports.create(...start);
      await arm();
      return made;
    },
  };
};

/** A start without an answer is taken for one that was made. */
export const startTakenForGranted: Plant = (ports) => ({
  ...ports,
  create: async (...start) => await ports.create(...start).catch(() => ({ flowLogIds: [] })),
});

/** A mail is forgotten when it could not be sent. */
export const mailsWithoutReceipt: Plant = (ports) => ({
  ...ports,
  notify: async (...mail) => await ports.notify(...mail).catch(() => {}),
});
