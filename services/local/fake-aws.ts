import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type DynamoDb, startDynamoDb } from './dynamodb.ts';
import { type Ec2Answer, ec2Error, FakeEc2 } from './fake-ec2.ts';

/** How the next call of a name goes wrong: not answered, done but not answered, or an error. */
export interface Fault {
  readonly call: string;
  readonly how: 'reset' | 'lost' | { readonly code: string; readonly status?: number };
}

/** A mail that was published. */
export interface FakeMail {
  readonly subject: string;
  readonly body: string;
}

/** An alarm as CloudWatch would describe it. */
export interface FakeAlarm {
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  since: number;
  reasonData?: string;
}

/** The members of a schedule that natflow sets. */
export interface FakeSchedule {
  readonly ScheduleExpression: string;
  readonly ActionAfterCompletion: string;
  readonly Target: { readonly Arn: string; readonly RoleArn: string; readonly Input: string };
}

interface Reply extends Ec2Answer {
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What the controller calls, on the real wire protocols behind one loopback address: EC2 flow logs and
 * NAT gateways, CloudWatch's DescribeAlarms, Scheduler, SNS; DynamoDB is dynalite.
 */
export class FakeAws {
  readonly ec2: FakeEc2;
  readonly alarms = new Map<string, FakeAlarm>();
  readonly schedules = new Map<string, FakeSchedule>();
  readonly mails: FakeMail[] = [];
  /** The names of all calls but DynamoDB's, in order. */
  readonly calls: string[] = [];
  readonly faults: Fault[] = [];
  /** What was put to the URL of a custom resource's request. */
  readonly resourceAnswers: Record<string, unknown>[] = [];
  readonly dynamoDb: DynamoDb;
  readonly #server = createServer((incoming, outgoing) => {
    this.#serve(incoming, outgoing).catch(() => outgoing.destroy());
  });

  private constructor(dynamoDb: DynamoDb, now: () => number) {
    this.dynamoDb = dynamoDb;
    this.ec2 = new FakeEc2(now);
  }

  /** `now` is what AWS takes for the time, Unix ms. */
  static async start(now = Date.now): Promise<FakeAws> {
    const fake = new FakeAws(await startDynamoDb(), now);
    fake.#server.listen(0, '127.0.0.1').unref();
    await once(fake.#server, 'listening');
    return fake;
  }

  /** For AWS_ENDPOINT_URL. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    this.dynamoDb.stop();
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await text(incoming);
    const target = String(incoming.headers['x-amz-target'] ?? '');
    if (target.startsWith('DynamoDB')) return this.#forward(incoming, body, outgoing);
    const call = nameOf(incoming, target, body);
    this.calls.push(call);
    const index = this.faults.findIndex((fault) => fault.call === call);
    const how = index < 0 ? undefined : this.faults.splice(index, 1)[0]?.how;
    if (how === 'reset') return void outgoing.destroy();
    const reply = typeof how === 'object' ? fail(how, incoming) : this.#reply(call, incoming, body);
    if (how === 'lost') return void outgoing.destroy();
    outgoing
      .writeHead(reply.status, { 'content-type': 'text/xml', ...reply.headers })
      .end(reply.body);
  }

  #reply(call: string, { url = '' }: IncomingMessage, body: string): Reply {
    if (url.startsWith('/schedules/')) return this.#schedule(call, url, body);
    if (url === '/custom-resource') {
      this.resourceAnswers.push(JSON.parse(body));
      return { status: 200, body: '' };
    }
    if (call === 'DescribeAlarms') return this.#describeAlarms(JSON.parse(body));
    const query = new URLSearchParams(body);
    return call === 'Publish' ? this.#publish(query) : this.ec2.answer(query);
  }

  #describeAlarms(query: { AlarmNames?: string[]; AlarmNamePrefix?: string }): Reply {
    const { AlarmNames, AlarmNamePrefix = '' } = query;
    const MetricAlarms = [...this.alarms]
      .filter(([name]) => AlarmNames?.includes(name) ?? name.startsWith(AlarmNamePrefix))
      .map(([AlarmName, { state, since, reasonData }]) => ({
        AlarmName,
        StateValue: state,
        StateTransitionedTimestamp: since / 1000,
        StateUpdatedTimestamp: since / 1000,
        StateReasonData: reasonData,
      }));
    return json(200, { MetricAlarms }, '1.0');
  }

  #schedule(call: string, url: string, body: string): Reply {
    const { pathname, searchParams } = new URL(url, this.endpoint);
    const wanted = body === '' ? undefined : JSON.parse(body);
    const group = wanted?.GroupName ?? searchParams.get('groupName');
    const key = `${group}/${decodeURIComponent(pathname.split('/')[2] ?? '')}`;
    const isThere = this.schedules.has(key);
    if (call === 'CreateSchedule' && isThere) return jsonError(409, 'ConflictException');
    if (call !== 'CreateSchedule' && !isThere) return jsonError(404, 'ResourceNotFoundException');
    if (call === 'GetSchedule') return json(200, this.schedules.get(key) ?? {});
    if (call === 'DeleteSchedule') this.schedules.delete(key);
    else this.schedules.set(key, wanted);
    return json(200, { ScheduleArn: `arn:aws:scheduler:eu-west-1:000000000000:schedule/${key}` });
  }

  #publish(query: URLSearchParams): Reply {
    const [subject, body] = [query.get('Subject') ?? '', query.get('Message') ?? ''];
    const isLegal = /^[\x20-\x7e]{1,100}$/.test(subject);
    if (!isLegal) return snsError('InvalidParameter', 'Invalid parameter: Subject');
    this.mails.push({ subject, body });
    const result = `<PublishResult><MessageId>${this.mails.length}</MessageId></PublishResult>`;
    return { status: 200, body: `<PublishResponse>${result}</PublishResponse>` };
  }

  #forward({ headers, url }: IncomingMessage, body: string, outgoing: ServerResponse): void {
    request(
      new URL(url ?? '/', this.dynamoDb.endpoint),
      { method: 'POST', headers },
      (response) => {
        outgoing.writeHead(response.statusCode ?? 500, response.headers);
        response.pipe(outgoing);
      },
    )
      .on('error', () => outgoing.destroy())
      .end(body);
  }
}

function nameOf({ method = '', url = '' }: IncomingMessage, target: string, body: string): string {
  if (url.startsWith('/schedules/')) return `${SCHEDULE_CALLS[method]}Schedule`;
  if (url === '/custom-resource') return 'CustomResource';
  return target.split('.')[1] ?? new URLSearchParams(body).get('Action') ?? '';
}

const SCHEDULE_CALLS: Readonly<Record<string, string>> = {
  GET: 'Get',
  POST: 'Create',
  PUT: 'Update',
  DELETE: 'Delete',
};

function fail(
  { code, status = 400 }: { code: string; status?: number },
  { headers, url }: IncomingMessage,
): Reply {
  const isJson = headers['x-amz-target'] !== undefined || url?.startsWith('/schedules/');
  if (isJson) return jsonError(status, code);
  return url === '/' && code.startsWith('SNS')
    ? snsError(code, code)
    : ec2Error(code, `${code} injected`, status);
}

function json(status: number, value: object, version?: string): Reply {
  const type = version === undefined ? 'application/json' : `application/x-amz-json-${version}`;
  return { status, body: JSON.stringify(value), headers: { 'content-type': type } };
}

function jsonError(status: number, type: string): Reply {
  const reply = json(status, { __type: type, message: `${type} injected`, Message: type });
  return { ...reply, headers: { ...reply.headers, 'x-amzn-errortype': type } };
}

function snsError(code: string, message: string): Reply {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status: 400, body: `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>` };
}
