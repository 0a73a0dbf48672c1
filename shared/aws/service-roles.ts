import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import { calling, isNamed } from './refusal.ts';

/**
 * The role that log delivery writes to Firehose with.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-Firehose.html
 */
const LOG_DELIVERY_ROLE = 'AWSServiceRoleForLogDelivery';

/** Whether the account has the service-linked role of log delivery. */
export async function hasLogDeliveryRole(client: IAMClient): Promise<boolean> {
  try {
    const command = new GetRoleCommand({ RoleName: LOG_DELIVERY_ROLE });
    await calling('iam:GetRole', client.send(command), LOG_DELIVERY_ROLE);
    return true;
  } catch (error) {
    if (isNamed(error, 'NoSuchEntityException')) return false;
    throw error;
  }
}
