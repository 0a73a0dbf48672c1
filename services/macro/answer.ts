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
}

/**
 * Looks up gateways and subnets, and expands the template; or tells the macro's version.
 * @throws ShapeError when the event is no request, and the error of a port.
 */
export async function answer(event: unknown, ports: Ports): Promise<MacroAnswer | VersionAnswer> {
  if (isVersionCommand(event)) return { version: MACRO_VERSION };
  const { requestId, fragment } = readEnvelope(event);
  try {
    const request = readRequest(event);
    const { subnetIds } = readParameters(request.templateParameterValues, () => undefined);
    const [gateways, subnets] = await Promise.all([ports.gateways(), ports.subnets(subnetIds)]);
    return { requestId, status: 'success', fragment: expand(request, { gateways, subnets }) };
  } catch (error) {
    if (!(error instanceof Refused || error instanceof ShapeError)) throw error;
    return { requestId, status: 'failure', fragment, errorMessage: printable(error.message) };
  }
}
