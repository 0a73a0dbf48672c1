import { gatewayOfLogicalId } from '../gateway/nat-gateway.ts';
import { collecting } from './refusal.ts';

/** Of a resource that exists as far as CloudFormation knows. One that is being made or deleted is not among them. */
const EXISTS = /^UPDATE_|^(CREATE|ROLLBACK|IMPORT|IMPORT_ROLLBACK)_COMPLETE$/;

/**
 * The NAT gateways whose alarms are resources of the stack. The client is loaded on use: most sweeps find that no
 * alarm is missing.
 */
export async function gatewaysOfStack(stack: string): Promise<Set<string>> {
  const { CloudFormationClient, paginateListStackResources } = await import(
    '@aws-sdk/client-cloudformation'
  );
  const client = new CloudFormationClient();
  const pages = paginateListStackResources({ client }, { StackName: stack });
  const resources = await collecting(
    'cloudformation:ListStackResources',
    pages,
    (page) => page.StackResourceSummaries,
  );
  return new Set(
    resources
      .filter(({ ResourceStatus = '' }) => EXISTS.test(ResourceStatus))
      .flatMap(({ LogicalResourceId = '' }) => gatewayOfLogicalId(LogicalResourceId) ?? []),
  );
}
