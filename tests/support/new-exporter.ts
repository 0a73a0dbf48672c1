import type { NewEncoder } from '../../shared/netflow/encoder.ts';
import { Exporter, type ExporterOptions } from '../../shared/netflow/exporter.ts';
import type { NewOptionsData } from '../../shared/netflow/options.ts';
import type { Version } from '../../shared/netflow/protocol.ts';
import { templateEncoder } from '../../shared/netflow/template-encoders.ts';
import { V5Encoder } from '../../shared/netflow/v5.ts';

/** The members of an exporter's options, and its options data. */
export interface NewExporterOptions extends Omit<ExporterOptions, 'newEncoder'> {
  /** By default that of the version. */
  readonly newEncoder?: NewEncoder;
  readonly options?: NewOptionsData | undefined;
}

/** The encoders of a version, which need not be loaded first. */
export function encoderOf(version: Version, options?: NewOptionsData | undefined): NewEncoder {
  return version === 5 ? (octets) => new V5Encoder(octets) : templateEncoder(version, options);
}

export function newExporter({ options, ...others }: NewExporterOptions): Exporter {
  return new Exporter({ newEncoder: encoderOf(others.version, options), ...others });
}
