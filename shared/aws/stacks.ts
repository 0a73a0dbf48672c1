import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { CLIENT_TIMEOUTS } from './client-timeouts.ts';
import { collecting } from './refusal.ts';

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
