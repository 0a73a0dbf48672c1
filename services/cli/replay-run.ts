import { ExportRun } from '../../shared/export/export-run.ts';
import { GatewayLines } from '../../shared/export/gateway-lines.ts';
import { ReplayClock } from '../../shared/export/replay-clock.ts';
import type { ExportSummary } from '../../shared/export/summary.ts';
import type { Transport } from '../../shared/export/transport.ts';
import type { Legs } from '../../shared/flow/legs.ts';
import { isPrivate } from '../../shared/flow/private-addresses.ts';
import type { Format } from '../../shared/flowlog/format.ts';
import type { Line } from '../../shared/flowlog/source.ts';
import type { AsnDatabase } from '../../shared/names/asn-database.ts';
import { asnEncoder } from '../../shared/netflow/asn-encoder.ts';
import type { NewEncoder } from '../../shared/netflow/encoder.ts';
import { loadEncoder } from '../../shared/netflow/encoders.ts';
import { Exporter } from '../../shared/netflow/exporter.ts';
import { identityInMemory } from '../../shared/netflow/exporter-identity.ts';
import { optionsDataOf } from '../../shared/netflow/options.ts';
import type { Version } from '../../shared/netflow/protocol.ts';
import type { InputError } from './errors.ts';
import { type Input, readEach } from './input.ts';

/** What becomes of lines. */
export interface RunSettings {
  readonly netflow: Version;
  readonly domain: number;
  readonly format?: Format | undefined;
  readonly nat?: string | undefined;
  readonly legs?: Legs | undefined;
  readonly speed?: number | undefined;
  readonly shift?: true | undefined;
  readonly options?: boolean | undefined;
  /** Tells the AS numbers that are sent; undefined: none are. */
  readonly asns?: AsnDatabase | undefined;
}

/** What a replay has come to. */
export interface ReplayOutcome {
  readonly summary: ExportSummary;
  /** As in GatewayLines. */
  readonly leftOut: number;
  readonly hasGateway: boolean;
}

/** A replay of inputs. */
export interface ReplayRun {
  /** Sends all inputs until the signal aborts; returns the errors of those that could not be read to their end. */
  send(inputs: readonly Input[], interrupted: AbortSignal): Promise<readonly InputError[]>;
  /** The flow records until then. */
  readonly records: number;
  /** What it came to until then. */
  readonly outcome: ReplayOutcome;
}

/** Where the packets of a run go. */
export type Sender = Pick<Transport, 'send' | 'localAddress'>;

/** Begins a replay. */
export async function beginReplay(
  settings: RunSettings,
  transport: Sender,
  onMalformed: (name: string, line: Line) => void,
): Promise<ReplayRun> {
  const { netflow: version, domain, legs = 'all', options: sendsOptions = false } = settings;
  const gateways = new GatewayLines(legs, settings.nat);
  const exporter = new Exporter({
    version,
    newEncoder: await newEncoder(settings, transport),
    domain,
  });
  const run = new ExportRun(
    exporter,
    { transport, reserve: identityInMemory(domain).reserve },
    {
      legs,
      sift: gateways.sift.bind(gateways),
      format: settings.format,
      namesInterfaces: sendsOptions,
      clock: clockOf(settings),
      onMalformed,
    },
  );
  return {
    send: (inputs, interrupted) => {
      interrupted.addEventListener('abort', () => run.stop());
      return readEach(inputs, interrupted, (source, { name }) => run.read(name, source));
    },
    get records() {
      return run.summary.encoded.records;
    },
    get outcome() {
      const { leftOut, hasGateway } = gateways;
      return { summary: run.summary, leftOut, hasGateway };
    },
  };
}

/** Private addresses have the AS number 0, like those that the database does not have. */
async function newEncoder(
  { netflow: version, options: sendsOptions, asns }: RunSettings,
  transport: Sender,
): Promise<NewEncoder> {
  const optionsData = sendsOptions ? optionsDataOf(() => transport.localAddress) : undefined;
  return asns
    ? asnEncoder(version, (address) => (isPrivate(address) ? 0 : asns.of(address)), optionsData)
    : await loadEncoder(version, optionsData);
}

function clockOf({ speed, shift }: RunSettings): ReplayClock | undefined {
  return speed || shift ? new ReplayClock({ speed, shiftsToNow: shift }) : undefined;
}
