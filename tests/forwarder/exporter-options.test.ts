import { expect, test } from '@jest/globals';
import { Forwarder } from '../../services/forwarder/forward.ts';
import { exportPorts } from '../../shared/aws/export-ports.ts';
import { Decoder } from '../../shared/collector/decode.ts';
import { forwarderSettings } from '../../shared/settings/export.ts';
import { delivery } from '../support/deliveries.ts';
import { DEFAULT_LINES, flowLine, NOW } from '../support/forwarder.ts';
import { openCollector } from '../support/loopback-collector.ts';

/** The options data of one delivery to a collector, and how many datagrams have both it and flows. */
async function optionsOf(env: Record<string, string>) {
  const collector = await openCollector();
  const settings = forwarderSettings({
    ...DEFAULT_LINES,
    NATFLOW_COLLECTORS: collector.target,
    ...env,
  });
  const ports = await exportPorts(settings);
  const forwarder = new Forwarder(settings, { ...ports, reingest: async () => [], now: () => NOW });
  const event = delivery(...Array.from({ length: 100 }, () => flowLine()));
  const { report } = await forwarder.deliver(event, performance.now() + 20_000);
  const datagrams = await collector.received(report.summary.encoded.datagrams);
  await ports.transport.close();
  await collector.close();
  const decoder = new Decoder();
  const packets = datagrams.map((bytes) => decoder.decode(bytes, 'test').records);
  const records = packets.flat().filter(({ options }) => options);
  expect(packets.flat().filter(({ options }) => !options)).toHaveLength(100);
  return records.map(({ values }) => values);
}

const SAMPLING = { samplingInterval: 1 };
const ADDRESS = { ...SAMPLING, exporterIPv4Address: '127.0.0.1' };
const NAMES = { interfaceName: 'eni-0a11bb22cc33dd44e' };

test.each([
  ['9', undefined, [SAMPLING, SAMPLING, SAMPLING]],
  ['10', undefined, [SAMPLING, SAMPLING, SAMPLING]],
  ['9', 'all', [ADDRESS, NAMES, ADDRESS, NAMES, ADDRESS, NAMES]],
  ['10', 'all', [ADDRESS, NAMES, ADDRESS, NAMES, ADDRESS, NAMES]],
  ['9', 'none', []],
  ['10', 'none', []],
  ['5', 'all', []],
])(
  'version %s with ExporterOptions %s: the options data before the templates',
  async (version, parts, expected) => {
    const told = await optionsOf({
      NATFLOW_VERSION: version,
      ...(parts !== undefined && { NATFLOW_EXPORTER_OPTIONS: parts }),
    });
    expect(told).toEqual(expected.map((values) => expect.objectContaining(values)));
    if (parts === undefined) {
      for (const values of told) expect(values).not.toHaveProperty('exporterIPv4Address');
    }
  },
);
