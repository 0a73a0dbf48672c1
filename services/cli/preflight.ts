import { Command } from 'commander';
import { writeLine } from '../../shared/terminal.ts';
import { withAws } from './aws-options.ts';
import type { Plan } from './check.ts';
import { DEPLOYMENT_CHECKS } from './checks.ts';
import { RunError } from './errors.ts';
import { collectorsOption } from './options.ts';
import { askingOnce, type Survey } from './survey.ts';

interface PreflightOptions {
  readonly nat?: string;
  readonly continuous?: string;
  readonly collectors?: string;
  readonly subnets?: string;
}

/** `natflow preflight`: runs the checks of a deployment and prints a line for each finding. */
export function preflightCommand(
  open: () => Promise<Survey>,
  write: (line: string) => void = writeLine,
): Command {
  return withAws(new Command('preflight'))
    .description(
      'look at what a deployment needs: NAT gateways, their peaks, the way to collectors',
    )
    .option(
      '--nat <gateways>',
      'as the parameter NatGatewayIds; by default all, or none with --continuous',
    )
    .option('--continuous <ids>', 'as the parameter ContinuousSources: what it would cost')
    .option('-n, --collectors <host:port,…>', 'as the parameter Collectors')
    .option('--subnets <ids>', 'as the parameter SubnetIds')
    .action(async ({ continuous = '', collectors, subnets = '', ...rest }: PreflightOptions) => {
      const plan = {
        nat: rest.nat ?? (continuous === '' ? 'all' : ''),
        continuous,
        collectors: collectors === undefined ? [] : collectorsOption(collectors, 5),
        subnetIds: subnets.split(',').filter((id) => id !== ''),
      };
      const faults = await preflight(await open(), plan, write);
      if (faults.length > 0) throw new RunError(faults.join('; '));
    });
}

/** Prints what a deployment would find, and returns what has to be mended before. */
export async function preflight(
  open: Survey,
  plan: Plan,
  write: (line: string) => void = writeLine,
): Promise<string[]> {
  const survey = askingOnce(open);
  const faults: string[] = [];
  for (const { run } of DEPLOYMENT_CHECKS) {
    for await (const finding of run(survey, plan)) {
      write(`preflight  ${finding.about.padEnd(24)} ${finding.text}`);
      faults.push(...(finding.faults ?? []).map((fault) => `${finding.about}: ${fault}`));
    }
  }
  return faults;
}
