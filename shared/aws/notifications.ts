import { type MessageAttributeValue, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Attributes } from '../notification/event.ts';
import type { MailText } from '../text/mail-text.ts';
import { calling } from './refusal.ts';

/**
 * Publishes a mail, written by `mailText`: SNS refuses a subject that breaks its rules. Subscriptions may filter by its
 * attributes. https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
 */
export async function notify(
  client: SNSClient,
  topicArn: string,
  { subject, body }: Pick<MailText, 'subject' | 'body'>,
  attributes: Attributes = {},
): Promise<void> {
  const command = new PublishCommand({
    TopicArn: topicArn,
    Subject: subject,
    Message: body,
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)]),
    ),
  });
  await calling('sns:Publish', client.send(command));
}

function attributeOf(value: Attributes[string]): MessageAttributeValue {
  return typeof value === 'string'
    ? { DataType: 'String', StringValue: value }
    : { DataType: 'String.Array', StringValue: JSON.stringify(value) };
}
