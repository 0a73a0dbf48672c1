import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command } from 'commander';
import type { Invoke } from '../../shared/aws/functions.ts';
import type { EndpointPorts } from '../../shared/aws/gateway-endpoints.ts';
import { DEFAULT_STACK, functionName, shellWord } from '../../shared/command-line.ts';
import { readReport, readReporterAnswer } from '../../shared/contract/reporter.ts';
import { PROGRAM } from '../../shared/disk/installation.ts';
import { endpointPlan, type PlanStep } from '../../shared/report/model/endpoint-plan.ts';
import { markTag } from '../../shared/report/model/fix-mark.ts';
import { assumptionText, serviceName } from '../../shared/report/model/labels.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { readDescription } from '../../shared/report/model/vpc-description.ts';
import { writeLine } from '../../shared/terminal.ts';
import { printable } from '../../shared/text/printable.ts';
import { dollars } from '../../shared/text/units.ts';
import { withAws } from './aws-options.ts';
import { RunError, UsageError } from './errors.ts';

interface FixOptions {
  readonly stack: string;
  readonly apply?: boolean;
  readonly json?: boolean;
}

/** A report, and the name under which later reports refer to it. */
interface Named {
  readonly name: string;
  readonly report: Report;
}

/** A step, and what became of it where the plan was applied. */
interface Outcome extends PlanStep {
  readonly isDone?: boolean;
  readonly failure?: string;
}

/**
 * `natflow fix`: prints which free gateway endpoints of a report are missing, and makes them when told to, with the
 * caller's own rights.
 */
export function fixCommand(
  invoke: Invoke,
  open: (region: string) => Promise<EndpointPorts>,
  now: () => Date = () => new Date(),
): Command {
  return withAws(new Command('fix'))
    .description("print, or make, the free gateway endpoints that a recording's report advises")
    .argument('<report>', 'the id of a recording, or a file that report --json wrote')
    .option('--apply', 'make the endpoints; without it, the plan is printed and nothing changes')
    .option('--stack <name>', 'the stack, when it has another name', DEFAULT_STACK)
    .option('--json', 'print the plan, or what became of it, as one JSON object')
    .action(async (named: string, { stack, apply = false, json = false }: FixOptions) => {
      const fixed = await reportOf(named, stack, invoke);
      const ports = await open(fixed.report.region.name);
      const steps = endpointPlan(fixed.report, await networkOf(fixed.report, ports));
      const outcomes: Outcome[] = apply
        ? await applyAll(steps, fixed, { ports, at: now().toISOString() })
        : steps;
      const lines = json
        ? [JSON.stringify({ report: fixed.name, applied: apply, steps: outcomes })]
        : describe(outcomes, fixed.report, apply ? undefined : named);
      lines.forEach(writeLine);
      const failed = outcomes.filter(({ kind, failure }) => kind === 'refused' || failure);
      if (failed.length > 0) {
        throw new RunError(`${failed.length} of ${outcomes.length} could not be done`);
      }
    });
}

async function reportOf(named: string, stack: string, invoke: Invoke): Promise<Named> {
  if (/[./\\]/.test(named)) {
    try {
      return { name: basename(named), report: readReport(await readFile(named, 'utf8')) };
    } catch (error) {
      throw new UsageError(`${named}: ${(error as Error).message}`, { cause: error });
    }
  }
  const answer = await invoke(functionName(stack, 'reporter'), { command: 'show', id: named });
  const { shown } = readReporterAnswer(answer);
  if (shown === undefined) throw new RunError(`there is no report of ${named}`);
  return { name: named, report: shown.report };
}

async function networkOf({ advice }: Report, ports: EndpointPorts) {
  const vpcIds = [...new Set(advice.map(({ vpcId }) => vpcId))].filter((id) => id !== '');
  return readDescription(
    vpcIds.length === 0 ? { VpcEndpoints: [] } : await ports.describe(vpcIds),
    "EC2's description",
  );
}

/** How and when a plan is applied; the time is ISO 8601. */
interface Applied {
  readonly ports: EndpointPorts;
  readonly at: string;
}

/** Follows each step for itself: one that fails keeps no other from being done. */
async function applyAll(
  steps: readonly PlanStep[],
  fixed: Named,
  applied: Applied,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    outcomes.push(isOpen(step) ? await follow(step, fixed, applied) : step);
  }
  return outcomes;
}

function isOpen({ kind }: PlanStep): boolean {
  return kind === 'create' || kind === 'extend';
}

async function follow(
  step: PlanStep,
  { name, report }: Named,
  { ports, at }: Applied,
): Promise<Outcome> {
  const { advice, routeTableIds } = step;
  const { vpcId, endpointService, serviceBytes: bytes } = advice;
  const seconds = Math.round(report.seconds);
  const tag = markTag({ recording: name, at, bytes, seconds });
  let { endpointId } = step;
  try {
    if (endpointId === undefined) {
      const token = tokenOf([name, vpcId, endpointService, ...routeTableIds]);
      endpointId = await ports.create({ vpcId, endpointService, routeTableIds, tag, token });
    } else {
      await ports.extend(endpointId, routeTableIds);
      await ports.mark(endpointId, tag);
    }
    return { ...step, endpointId, isDone: true };
  } catch (error) {
    return { ...step, endpointId, failure: (error as Error).message };
  }
}

/** The same for the same request: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html */
function tokenOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 32);
}

/** `named`: what the report was called by where the plan was only printed. */
function describe(outcomes: readonly Outcome[], report: Report, named?: string): string[] {
  if (outcomes.length === 0) {
    return ['the report advises no gateway endpoint'];
  }
  const lines = outcomes.flatMap((outcome) => outcomeLines(outcome, report)).map(printable);
  if (!outcomes.some(isOpen)) return lines;
  return [
    ...lines,
    'Gateway endpoints are free. While routes change, connections that are open to the service may break, and',
    "policies that allow the NAT gateway's public address (aws:SourceIp) do not match what comes by an endpoint:",
    'https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html',
    ...(named === undefined ? [] : [`to do it: ${PROGRAM} fix ${shellWord(named)} --apply`]),
  ];
}

const WIDTH = 11;

function outcomeLines(outcome: Outcome, { cost }: Report): string[] {
  const { advice, kind, routeTableIds, command, reason, endpointId, failure } = outcome;
  const what = `gateway endpoint for ${serviceName(advice.service)} in ${advice.vpcId || 'a VPC that is not known'}`;
  const line = (word: string, text: string) => `${word.padEnd(WIDTH)}${text}`;
  if (reason !== undefined) return [line(kind, `${what}: ${reason}`)];
  if (failure !== undefined) return [line('failed', `${what}: ${failure}`)];
  if (outcome.isDone) {
    const done = kind === 'create' ? 'created' : 'extended';
    return [line(done, `${what}: ${endpointId} serves ${routeTableIds.join(', ')}`)];
  }
  const spent = cost.total === null ? '' : ` of the ${dollars(cost.total)} spent`;
  const assumed = assumptionText(advice);
  return [
    line(
      kind,
      `${what}, for ${routeTableIds.join(', ')}: would have saved ${dollars(advice.saving)}${spent}${assumed ? `, ${assumed}` : ''}`,
    ),
    line('', command ?? ''),
  ];
}
