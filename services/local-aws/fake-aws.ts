import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type DynamoDb, startDynamoDb } from './dynamodb.ts';
import { ec2Error } from './ec2-xml.ts';
import { listStackResources, noStack } from './fake-cloudformation.ts';
import {
  alarmCall,
  type FakeAlarm,
  getMetricData,
  listMetrics,
  type MeteredMinute,
} from './fake-cloudwatch.ts';
import { FakeDeployment, lambdaCall } from './fake-deployment.ts';
import { FakeEc2 } from './fake-ec2.ts';
import { FakeS3, type ObjectStore, s3Call, s3Error } from './fake-s3.ts';
import { json, jsonError, type Reply, sendReply } from './reply.ts';

/** How the next call of a name fails: `reset` does nothing, `lost` does the work, neither answers; else an error. */
export interface Fault {
  readonly call: string;
  readonly how: 'reset' | 'lost' | { readonly code: string; readonly status?: number };
}

/** A mail that was published to SNS. */
export interface FakeMail {
  readonly subject: string;
  readonly body: string;
  /** The message's attributes by name; an array as JSON. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** An entry of PutEvents, with its detail parsed. */
export interface FakeEvent {
  readonly source: string;
  readonly detailType: string;
  readonly bus: string;
  readonly resources: readonly string[];
  readonly detail: Record<string, unknown>;
}

/** The members of a schedule that natflow sets. */
export interface FakeSchedule {
  readonly ScheduleExpression: string;
  readonly ActionAfterCompletion: string;
  readonly Target: { readonly Arn: string; readonly RoleArn: string; readonly Input: string };
}

/**
 * The services of AWS that controller and reporter call, with their wire protocols, at one loopback address:
 * EC2, CloudWatch alarms and metrics, CloudFormation's list of resources, Scheduler, SNS, S3, what `doctor` asks of Firehose, Lambda and IAM, and
 * DynamoDB, which is dynalite.
 */
export class FakeAws {
  readonly ec2: FakeEc2;
  readonly alarms = new Map<string, FakeAlarm>();
  /** The anomaly detectors, as the requests that made them. */
  readonly detectors = new Set<string>();
  /** The status of the stack's resources in CloudFormation, by logical id. */
  readonly stackResources = new Map<string, string>();
  /** The metrics in CloudWatch, in the order of time. */
  readonly metered: MeteredMinute[] = [];
  readonly deployment = new FakeDeployment();
  readonly buckets = new Map<string, ObjectStore>();
  readonly schedules = new Map<string, FakeSchedule>();
  readonly mails: FakeMail[] = [];
  /** The events that were put. */
  readonly events: FakeEvent[] = [];
  /** The codes with which the next entries of PutEvents fail, in an answer with status 200. */
  readonly failedEntries: string[] = [];
  /** The names of all calls in their order, except those of DynamoDB. */
  readonly calls: string[] = [];
  readonly faults: Fault[] = [];
  /** The bodies put to the response URL of custom resources. */
  readonly resourceAnswers: Record<string, unknown>[] = [];
  readonly dynamoDb: DynamoDb;
  readonly #now: () => number;
  readonly #s3 = new FakeS3((name) => this.buckets.get(name));
  readonly #server = createServer((incoming, outgoing) => {
    this.#serve(incoming, outgoing).catch(() => outgoing.destroy());
  });

  private constructor(dynamoDb: DynamoDb, now: () => number) {
    this.dynamoDb = dynamoDb;
    this.#now = now;
    this.ec2 = new FakeEc2(now);
  }

  /** `now` is the time of the stand-ins, in Unix milliseconds. */
  static async start(now = Date.now): Promise<FakeAws> {
    const fake = new FakeAws(await startDynamoDb(), now);
    fake.#server.listen(0, '127.0.0.1').unref();
    await once(fake.#server, 'listening');
    return fake;
  }

  /** The value for AWS_ENDPOINT_URL. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    this.dynamoDb.stop();
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const bytes = await buffer(incoming);
    const body = bytes.toString();
    const target = String(incoming.headers['x-amz-target'] ?? '');
    if (target.startsWith('DynamoDB')) return this.#forward(incoming, body, outgoing);
    const call = nameOf(incoming, target, body);
    this.calls.push(call);
    const index = this.faults.findIndex((fault) => fault.call === call);
    const how = index < 0 ? undefined : this.faults.splice(index, 1)[0]?.how;
    if (how === 'reset') return void outgoing.destroy();
    const { method, url, headers } = incoming;
    const answer = () =>
      isS3(incoming)
        ? this.#s3.answer({ method, url, headers, body: bytes })
        : this.#reply(call, incoming, body);
    const reply = typeof how === 'object' ? fail(how, incoming) : await answer();
    if (how === 'lost') return void outgoing.destroy();
    await sendReply(reply, outgoing);
  }

  async #reply(call: string, { url = '' }: IncomingMessage, body: string): Promise<Reply> {
    const deployed = await this.deployment.answer({ call, url, body });
    if (deployed !== undefined) return deployed;
    if (url.startsWith('/schedules/')) return this.#schedule(call, url, body);
    if (url === '/custom-resource') {
      this.resourceAnswers.push(JSON.parse(body));
      return { status: 200, body: '' };
    }
    const alarms = alarmCall(call, body, this, this.#now());
    if (alarms !== undefined) return alarms;
    if (call === 'DescribeStacks') return noStack(new URLSearchParams(body).get('StackName') ?? '');
    if (call === 'ListStackResources') return listStackResources(this.stackResources);
    if (call === 'GetMetricData') {
      const data = getMetricData(this.metered, this.deployment, JSON.parse(body), this.#now());
      return json(200, data, '1.0');
    }
    if (call === 'ListMetrics') {
      return json(200, listMetrics(this.metered, JSON.parse(body)), '1.0');
    }
    if (call === 'PutEvents') return this.#putEvents(JSON.parse(body));
    const query = new URLSearchParams(body);
    return call === 'Publish' ? this.#publish(query) : this.ec2.answer(query);
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

  #putEvents({ Entries }: { readonly Entries: readonly PutEntry[] }): Reply {
    const results = Entries.map((entry) => {
      const ErrorCode = this.failedEntries.shift();
      if (ErrorCode !== undefined) return { ErrorCode, ErrorMessage: `${ErrorCode} injected` };
      const { Source: source, DetailType: detailType, EventBusName: bus, Resources } = entry;
      const detail = JSON.parse(entry.Detail);
      this.events.push({ source, detailType, bus, resources: Resources, detail });
      return { EventId: `event-${this.events.length}` };
    });
    const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
    return json(200, { FailedEntryCount, Entries: results }, '1.1');
  }

  #publish(query: URLSearchParams): Reply {
    const [subject, body] = [query.get('Subject') ?? '', query.get('Message') ?? ''];
    const isLegal = /^[\x20-\x7e]{1,99}$/.test(subject);
    if (!isLegal) return snsError('InvalidParameter', 'Invalid parameter: Subject');
    this.mails.push({ subject, body, attributes: attributesIn(query) });
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

/** The members of an entry that natflow sets. */
interface PutEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly EventBusName: string;
  readonly Resources: readonly string[];
  readonly Detail: string;
}

/** The attributes of a message, which SNS's protocol numbers from 1. */
function attributesIn(query: URLSearchParams): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let number = 1; ; number++) {
    const entry = `MessageAttributes.entry.${number}`;
    const name = query.get(`${entry}.Name`);
    if (name === null) return attributes;
    attributes[name] = query.get(`${entry}.Value.StringValue`) ?? '';
  }
}

function nameOf({ method = '', url = '' }: IncomingMessage, target: string, body: string): string {
  if (url.startsWith('/schedules/')) return `${SCHEDULE_CALLS[method]}Schedule`;
  if (url === '/custom-resource') return 'CustomResource';
  const lambda = lambdaCall(url);
  if (lambda !== undefined) return lambda;
  if (isS3({ url })) return s3Call({ method, url });
  return target.split('.')[1] ?? new URLSearchParams(body).get('Action') ?? '';
}

/** Every path that no other service handles belongs to S3. */
function isS3({ url = '' }: Pick<IncomingMessage, 'url'>): boolean {
  const isOther = url === '/' || url === '/custom-resource' || url.startsWith('/schedules/');
  return !isOther && lambdaCall(url) === undefined;
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
  const isJson = headers['x-amz-target'] !== undefined || !(url === '/' || isS3({ url }));
  if (isJson) return jsonError(status, code);
  if (isS3({ url })) return s3Error(status, code);
  return url === '/' && code.startsWith('SNS')
    ? snsError(code, code)
    : ec2Error(code, `${code} injected`, status);
}

function snsError(code: string, message: string): Reply {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status: 400, body: `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>` };
}
