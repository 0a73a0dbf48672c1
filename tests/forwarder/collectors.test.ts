import { describe, expect, test } from '@jest/globals';
import { Forwarder } from '../../services/forwarder/forward.ts';
import { metricsOf } from '../../services/forwarder/metrics.ts';
import { exportPorts } from '../../shared/aws/export-ports.ts';
import { readDeliveryReport } from '../../shared/contract/delivery-report.ts';
import { forwarderSettings } from '../../shared/settings/export.ts';
import { delivery } from '../support/deliveries.ts';
import { DEFAULT_LINES, flowLine, NOW } from '../support/forwarder.ts';
import { freePort } from '../support/free-port.ts';
import { openCollector, read } from '../support/loopback-collector.ts';

/** Four datagrams of NetFlow v5. */
const FLOWS = 100;
const DATAGRAMS = 4;
const BYTES = 840;

/** A forwarder with real sockets; `deliver` resolves with the metrics of one delivery. */
function forwarderTo(collectors: readonly string[], env: Record<string, string> = {}) {
  const settings = forwarderSettings({
    ...DEFAULT_LINES,
    NATFLOW_COLLECTORS: collectors.join(','),
    NATFLOW_RATE: 'max',
    ...env,
  });
  const opening = exportPorts(settings).then((ports) => ({
    transport: ports.transport,
    forwarder: new Forwarder(settings, { ...ports, reingest: async () => [], now: () => NOW }),
  }));
  return async (flows = FLOWS, ms = 20_000) => {
    const event = delivery(...Array.from({ length: flows }, () => flowLine()));
    const { forwarder, transport } = await opening;
    const { report } = await forwarder.deliver(event, performance.now() + ms);
    expect(report.failure).toBeUndefined();
    const errors = transport.takeErrors();
    const metrics = metricsOf(report, errors, 0).map(([name, , value]) => [name, value]);
    const read = readDeliveryReport(Object.fromEntries(metrics));
    return { ...read, reasons: errors.map(({ message }) => message) };
  };
}

describe('a collector', () => {
  test.each<[string, string, string]>([
    ['whose name does not resolve', 'collector.invalid:2055', 'unknown host'],
    // The kernel refuses the broadcast address unless SO_BROADCAST is set.
    ['that cannot be reached', '255.255.255.255:2055', 'connect EACCES 255.255.255.255:2055'],
    ['whose address has no interface', '[fe80::1]:2055', 'connect EINVAL fe80::1:2055'],
  ])('%s: nothing counts as exported', async (_, faulty, reason) => {
    const deliver = forwarderTo([faulty]);
    for (let i = 0; i < 2; i++) {
      expect(await deliver()).toMatchObject({
        FlowsExported: 0,
        BytesExported: 0,
        DatagramsSent: 0,
        FlowsUnsent: FLOWS,
        DatagramErrors: DATAGRAMS,
        ExportFailures: 0,
        reasons: [reason],
      });
    }
  });

  test.each<[string, string, string]>([
    ['whose name does not resolve', 'collector.invalid:2055', 'unknown host'],
    ['that cannot be reached', '255.255.255.255:2055', 'connect EACCES 255.255.255.255:2055'],
  ])('%s: another collector gets everything, and counts alone', async (_, faulty, reason) => {
    const collector = await openCollector();
    const deliver = forwarderTo([faulty, collector.target]);
    expect(await deliver()).toMatchObject({
      FlowsExported: FLOWS,
      BytesExported: FLOWS * BYTES,
      DatagramsSent: DATAGRAMS,
      FlowsUnsent: FLOWS,
      DatagramErrors: DATAGRAMS,
      reasons: [reason],
    });
    expect(read(await collector.received(DATAGRAMS)).flows).toHaveLength(FLOWS);
  });

  test('that refuses: packets that its socket took count as exported, refused ones as errors', async () => {
    const deliver = forwarderTo([`127.0.0.1:${await freePort()}`]);
    let flows = 0;
    let errors = 0;
    for (let i = 0; i < 5; i++) {
      const metrics = await deliver();
      expect(metrics.FlowsExported + metrics['FlowsUnsent']).toBe(FLOWS);
      expect(metrics['BytesExported']).toBe(metrics.FlowsExported * BYTES);
      flows += metrics.FlowsExported;
      errors += metrics['DatagramErrors'];
    }
    expect(flows).toBeGreaterThan(0);
    expect(errors).toBeGreaterThan(0);
    expect(errors).toBeLessThanOrEqual(5 * DATAGRAMS);
  });
});

test('with several collectors a flow counts once for each', async () => {
  const collectors = [await openCollector(), await openCollector('::1')];
  const deliver = forwarderTo(collectors.map(({ target }) => target));
  expect(await deliver()).toMatchObject({
    FlowsExported: 2 * FLOWS,
    BytesExported: 2 * FLOWS * BYTES,
    DatagramsSent: 2 * DATAGRAMS,
    FlowsUnsent: 0,
    DatagramErrors: 0,
    reasons: [],
  });
  for (const { received } of collectors) {
    expect(read(await received(DATAGRAMS)).flows).toHaveLength(FLOWS);
  }
});

test('records that miss the deadline are unsent for every collector, and are not collector errors', async () => {
  const collectors = [await openCollector(), await openCollector()];
  const deliver = forwarderTo(
    collectors.map(({ target }) => target),
    { NATFLOW_RATE: '1500' },
  );
  const metrics = await deliver(3000, 1000);
  const exported = metrics.FlowsExported;
  expect(exported).toBeGreaterThan(100);
  expect(metrics).toMatchObject({
    FlowsUnsent: 6000 - exported,
    BytesExported: exported * BYTES,
    DatagramsSent: exported / 30,
    DatagramErrors: 0,
    reasons: [],
  });
  for (const { received } of collectors) {
    expect(read(await received(exported / 60)).flows).toHaveLength(exported / 2);
  }
});
