import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { CLIENT_TIMEOUTS } from './client-timeouts.ts';
import { calling, collecting } from './refusal.ts';

/** The natflow stacks in the account and region, found by an environment variable of their functions. */
export async function listStacks(
  client = new LambdaClient({ ...CLIENT_TIMEOUTS }),
): Promise<string[]> {
  const pages = paginateListFunctions({ client }, {});
  const functions = await collecting('lambda:ListFunctions', pages, (page) => page.Functions);
  const stacks = functions.flatMap(
    ({ Environment }) => Environment?.Variables?.['NATFLOW_STACK'] ?? [],
  );
  return [...new Set(stacks)].sort();
}

/** The values of the parameters of a stack in the account and region; undefined when there is no such stack. */
export async function stackParameters(stack: string): Promise<Map<string, string> | undefined> {
  const { CloudFormationClient, DescribeStacksCommand } = await import(
    '@aws-sdk/client-cloudformation'
  );
  const client = new CloudFormationClient({ ...CLIENT_TIMEOUTS });
  try {
    const { Stacks = [] } = await calling(
      'cloudformation:DescribeStacks',
      client.send(new DescribeStacksCommand({ StackName: stack })),
    );
    const [found] = Stacks;
    // A stack of which a change set alone was made.
    if (found === undefined || found.StackStatus === 'REVIEW_IN_PROGRESS') return undefined;
    const parameters = found.Parameters ?? [];
    return new Map(
      parameters.map(({ ParameterKey = '', ParameterValue = '' }) => [
        ParameterKey,
        ParameterValue,
      ]),
    );
  } catch (error) {
    if (/does not exist/.test((error as Error).message)) return undefined;
    throw error;
  }
}
