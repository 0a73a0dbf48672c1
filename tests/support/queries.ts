import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What is answered; without an answer a call is refused. */
interface Answers {
  /** EC2's, in XML, by the action, with its token behind it where an answer goes on. */
  readonly ec2: Readonly<Record<string, string>>;
  /** CloudWatch's to GetMetricData; times in seconds, as this protocol has them. */
  readonly metered?: object | undefined;
}

/** EC2, CloudWatch and SNS on a loopback port, as far as the reporter asks them. */
export async function startQueries(given: Answers) {
  const answers = { ...given };
  const metered: object[] = [];
  const mails: { topic: string; subject: string; body: string }[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return {
    /** May be replaced between calls. */
    answers,
    /** What GetMetricData was asked. */
    metered,
    mails,
    /** For AWS_ENDPOINT_URL. */
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop(): void {
      server.closeAllConnections();
      server.close();
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (request.headers['x-amz-target']?.toString().endsWith('.GetMetricData')) {
      metered.push(JSON.parse(body));
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.statusCode = answers.metered === undefined ? 400 : 200;
      response.end(JSON.stringify(answers.metered ?? { __type: 'AccessDenied' }));
      return;
    }
    const asked = new URLSearchParams(body);
    const action = asked.get('Action') ?? '';
    const xml = action === 'Publish' ? publish(asked) : ec2(action, asked);
    response.statusCode = xml === undefined ? 400 : 200;
    response.end(`<${action}Response>${xml ?? ''}</${action}Response>`);
  }

  function ec2(action: string, asked: URLSearchParams): string | undefined {
    return answers.ec2[`${action}${asked.get('NextToken') ?? ''}`];
  }

  function publish(asked: URLSearchParams): string {
    const [topic = '', subject = '', body = ''] = ['TopicArn', 'Subject', 'Message'].map(
      (name) => asked.get(name) ?? '',
    );
    mails.push({ topic, subject, body });
    return `<PublishResult><MessageId>${mails.length}</MessageId></PublishResult>`;
  }
}
