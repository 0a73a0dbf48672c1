import type { Command } from 'commander';
import { printable } from '../../shared/text/printable.ts';

/** Where AWS is asked; what is undefined is as configured. */
export interface AwsOptions {
  readonly region?: string;
  readonly profile?: string;
}

/** Adds the options that choose AWS's region and credentials. They apply before the command's action. */
export function withAws(command: Command): Command {
  return withProfile(command).option(
    '--region <name>',
    "AWS's region, when it is not the configured one",
  );
}

/** The same for a command whose own `--region` names one region or more. */
export function withProfile(command: Command): Command {
  return command
    .option('--profile <name>', "the profile of AWS's configuration files with the credentials")
    .hook('preAction', async (_, acting) => {
      const { region, profile } = acting.opts<{ region?: string | string[]; profile?: string }>();
      if (profile !== undefined) await requireProfile(profile);
      useAccount({ region: [region].flat()[0]?.split(',')[0], profile });
    });
}

/** Sets AWS's region and profile for this process and its children. What is undefined stays as configured. */
function useAccount({
  region,
  profile,
}: {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}): void {
  if (region !== undefined) process.env['AWS_REGION'] = region;
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile;
}

/** The SDK's own error for a missing profile does not name it. */
async function requireProfile(profile: string): Promise<void> {
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const names = [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])];
  if (names.includes(profile)) return;
  const known = names.length === 0 ? 'have none' : `have ${names.sort().join(', ')}`;
  throw new Error(printable(`there is no profile ${profile}: AWS's configuration files ${known}`));
}
