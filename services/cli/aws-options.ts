import type { Command } from 'commander';

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
    .hook('preAction', (_, acting) => {
      const { region, profile } = acting.opts<{ region?: string | string[]; profile?: string }>();
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
