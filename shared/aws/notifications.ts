import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { calling } from './refusal.ts';

/** SNS: "must be less than 100 characters long". */
const LONGEST_SUBJECT = 99;

/** Publishes a mail; what the subject may not hold, a gateway's name in Japanese for one, becomes `?`. */
export async function notify(
  client: SNSClient,
  topicArn: string,
  { subject, body }: { readonly subject: string; readonly body: string },
): Promise<void> {
  const command = new PublishCommand({
    TopicArn: topicArn,
    Subject: subject.replace(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_SUBJECT),
    Message: body,
  });
  await calling('sns:Publish', client.send(command));
}
