import type { Ports } from '../../services/controller/reconcile.ts';
import { NEW_STATE } from '../../services/controller/watch.ts';
import type { Plant } from './program.ts';

type Loaded = Awaited<ReturnType<Ports['load']>>;

// Defects that are injected between the controller and AWS. The explorer has to find each of them.

/** The item is read before the flow logs are listed. A flow log created in between looks like an orphan. */
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

/** The same, and the save is based on the item's later version. */
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

/** A save without optimistic locking. */
export const lastSaveWins: Plant = (ports) => ({
  ...ports,
  async save(gatewayId, state) {
    const item = await ports.load(gatewayId);
    return await ports.save(gatewayId, state, item?.version ?? 0);
  },
});

/** The stop is armed after the start. A crash in between leaves a flow log without a stop. */
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

/** A start without a response is taken for a success. */
export const startTakenForGranted: Plant = (ports) => ({
  ...ports,
  create: async (...start) => await ports.create(...start).catch(() => ({ flowLogIds: [] })),
});

/** A mail that could not be sent is dropped. */
export const mailsWithoutReceipt: Plant = (ports) => ({
  ...ports,
  notify: async (...mail) => await ports.notify(...mail).catch(() => {}),
});

/** A flow log without a word of AWS about its delivery is taken for one that delivers lines. */
export const linesTakenForGranted: Plant = (ports) => ({
  ...ports,
  flowLogs: async (gatewayId) =>
    (await ports.flowLogs(gatewayId)).map((log) => ({ delivery: { status: 'SUCCESS' }, ...log })),
});

/** A delivery that failed is overlooked, so that the recording counts. */
export const failuresOverlooked: Plant = (ports) => ({
  ...ports,
  flowLogs: async (gatewayId) =>
    (await ports.flowLogs(gatewayId)).map(({ delivery, ...log }) => ({
      ...log,
      delivery: delivery?.status === 'FAILED' ? undefined : delivery,
    })),
});
