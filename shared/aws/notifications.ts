import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { MailText } from '../text/mail-text.ts';
import { calling } from './refusal.ts';

/** Publishes a mail, written by `mailText`: SNS refuses a subject that breaks its rules. */
export async function notify(
  client: SNSClient,
  topicArn: string,
  { subject, body }: MailText,
): Promise<void> {
  const command = new PublishCommand({
    TopicArn: topicArn,
    Subject: subject,
    Message: body,
  });
  await calling('sns:Publish', client.send(command));
}
