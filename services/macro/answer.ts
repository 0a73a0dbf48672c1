import {
  isVersionCommand,
  MACRO_VERSION,
  type VersionAnswer,
} from '../../shared/contract/macro.ts';
import { ShapeError } from '../../shared/read-shape.ts';
import { printable } from '../../shared/text/printable.ts';
import { expand, type Inventory, Refused } from './expand.ts';
import { readParameters } from './parameters.ts';
import { readEnvelope, readRequest } from './request.ts';

/** A macro's answer: the expanded template, or the error message that the user reads. */
interface MacroAnswer {
  readonly requestId: string;
  readonly status: 'success' | 'failure';
  readonly fragment: unknown;
  readonly errorMessage?: string;
}

/** What the macro needs of the world. */
interface Ports {
  readonly gateways: () => Promise<Inventory['gateways']>;
  /** Those of these subnets that exist. */
  readonly subnets: (ids: readonly string[]) => Promise<Inventory['subnets']>;
  /** Those of these continuous sources that exist. */
  readonly sources: (ids: readonly string[]) => Promise<Inventory['sources']>;
}

/**
 * Looks up gateways, subnets and sources, and expands the template; or tells the macro's version.
 * @throws ShapeError when the event is no request, and the error of a port.
 */
export async function answer(event: unknown, ports: Ports): Promise<MacroAnswer | VersionAnswer> {
  if (isVersionCommand(event)) return { version: MACRO_VERSION };
  const { requestId, fragment: original } = readEnvelope(event);
  try {
    const request = readRequest(event);
    const parameters = readParameters(request.templateParameterValues, () => undefined);
    const [gateways, subnets, sources] = await Promise.all([
      ports.gateways(),
      ports.subnets(parameters.subnetIds),
      ports.sources(parameters.sources.map(({ id }) => id)),
    ]);
    const fragment = expand(request, { gateways, subnets, sources });
    return { requestId, status: 'success', fragment };
  } catch (error) {
    if (!(error instanceof Refused || error instanceof ShapeError)) throw error;
    const errorMessage = printable(error.message);
    return { requestId, status: 'failure', fragment: original, errorMessage };
  }
}
