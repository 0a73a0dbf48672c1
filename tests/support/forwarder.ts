import type { FirehoseTransformationEvent } from 'aws-lambda';
import { Forwarder, type Ports } from '../../services/forwarder/forward.ts';
import type { Report } from '../../services/forwarder/report.ts';
import type { Transport } from '../../shared/export/transport.ts';
import { DEFAULT_FORMAT } from '../../shared/flowlog/format.ts';
import { derivedIdentity } from '../../shared/netflow/exporter-identity.ts';
import { forwarderSettings } from '../../shared/settings/export.ts';
import { encoderOf } from './new-exporter.ts';

/** No deadline. */
export const NEVER = Number.POSITIVE_INFINITY;
/** The Unix milliseconds of every forwarder that `intoArray` makes. */
export const NOW = 1_795_342_500_000;

/** Settings for lines of `flowLine`, with all legs exported. */
export const DEFAULT_LINES = {
  NATFLOW_LOG_FORMAT: DEFAULT_FORMAT.join(' '),
  NATFLOW_LEGS: 'all',
};

/** Ports that replace the default ones; those of the transport are flattened. */
export type OtherPorts = Partial<Omit<Ports, 'transport'> & Pick<Transport, 'send' | 'refresh'>>;

/**
 * A forwarder with one collector, 10.0.9.9:2055, whose datagrams are collected in `sent`. `deliver` returns the
 * report, flattened, and as `measured` the report that metrics are made of.
 */
export function intoArray(env: Record<string, string> = {}, other: OtherPorts = {}) {
  const sent: Uint8Array[] = [];
  const settings = forwarderSettings({ NATFLOW_COLLECTORS: '10.0.9.9:2055', ...env });
  const { send, refresh, ...ports } = other;
  const forwarder = new Forwarder(settings, {
    newEncoder: encoderOf(settings.version),
    reserve: derivedIdentity('test').reserve,
    reingest: async () => [],
    now: () => NOW,
    ...ports,
    transport: {
      targets: [{ address: Uint8Array.of(10, 0, 9, 9), port: 2055 }],
      refresh: refresh ?? (async () => {}),
      send:
        send ??
        (async (packets) => {
          for (const { bytes } of packets) sent.push(Uint8Array.from(bytes));
          return { taken: packets.map(() => 1), isLate: false };
        }),
    },
  });
  const deliver = async (event: FirehoseTransformationEvent, deadline: number) => {
    const { answer, report } = await forwarder.deliver(event, deadline);
    return { answer, report: flat(report), measured: report };
  };
  return { forward: { deliver }, sent };
}

const FLOW =
  '2 123456789012 eni-0a11bb22cc33dd44e 10.0.0.7 203.0.113.9 1024 443 6 9 840 1795338000 1795338060 ACCEPT OK';

/** A line of AWS's default format: a flow of 840 bytes, with other values at these positions. */
export function flowLine(values: Readonly<Record<number, string>> = {}): string {
  return FLOW.split(' ')
    .map((value, index) => values[index] ?? value)
    .join(' ');
}

/** A report whose members are no objects. */
export type FlatReport = ReturnType<typeof flat>;

function flat({ summary, ...report }: Report) {
  const { encoded, exported, newestEnd, seconds, ...counts } = summary;
  const { records, ...sent } = exported;
  return { ...counts, ...sent, exported: records, ...report };
}
