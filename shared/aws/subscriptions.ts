import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import { collecting } from './refusal.ts';

/** A subscription of a topic. One that is not confirmed gets nothing. */
interface ListedSubscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
}

/** The subscriptions of a topic. */
export async function listSubscriptions(
  client: SNSClient,
  TopicArn: string,
): Promise<ListedSubscription[]> {
  const pages = paginateListSubscriptionsByTopic({ client }, { TopicArn });
  const action = 'sns:ListSubscriptionsByTopic';
  const found = await collecting(action, pages, ({ Subscriptions }) => Subscriptions);
  return found.map(({ Protocol = '', Endpoint = '', SubscriptionArn = '' }) => ({
    protocol: Protocol,
    endpoint: Endpoint,
    // In place of an ARN there is PendingConfirmation, or Deleted.
    isConfirmed: SubscriptionArn.startsWith('arn:'),
  }));
}
