import { json, jsonError, type Reply, xmlText } from './reply.ts';

/** A delivery stream as Firehose describes it. */
export interface FakeStream {
  status: string;
  bucket: string;
  readonly tags: Record<string, string>;
}

/** A subscription of the topic. */
export interface FakeSubscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
}

/** The end of an invocation: what the function answers or fails with, and what it logged. */
interface FakeInvocation {
  readonly payload?: unknown;
  readonly error?: string;
  readonly log?: string;
}

/** A function as Lambda describes and runs it. */
export interface FakeFunction {
  state: string;
  stateReason?: string;
  environment?: Readonly<Record<string, string>>;
  subnetIds?: readonly string[];
  securityGroupIds?: readonly string[];
  invoke: (event: unknown) => Promise<FakeInvocation>;
}

/** A request to one of the services, with what the call was recognised by. */
interface Request {
  readonly call: string;
  readonly url: string;
  readonly body: string;
}

const FUNCTIONS = '/2015-03-31/functions';
const LAMBDA = `${FUNCTIONS}/`;

/** The call to Lambda that a path is for; undefined for a path of another service. */
export function lambdaCall(url: string): string | undefined {
  if (url === FUNCTIONS || url.startsWith(`${FUNCTIONS}?`) || url === LAMBDA)
    return 'ListFunctions';
  if (!url.startsWith(LAMBDA)) return undefined;
  return url.endsWith('/configuration') ? 'GetFunctionConfiguration' : 'Invoke';
}

/** What a stack consists of besides gateways, alarms and objects: streams, functions, roles and subscriptions. */
export class FakeDeployment {
  readonly streams = new Map<string, FakeStream>();
  readonly functions = new Map<string, FakeFunction>();
  readonly roles = new Set<string>();
  /** What CloudWatch metered of the streams, by the names of Firehose's metrics. */
  readonly streamMetrics = new Map<string, number>();
  /** The bytes that the stream took, by the beginning of the minute in Unix milliseconds. */
  incomingBytes: ReadonlyMap<number, number> = new Map();
  /** From the end of a minute until CloudWatch shows it: AWS promises nothing, and takes some minutes. */
  metricDelay = 180_000;
  subscriptions: readonly FakeSubscription[] = [];

  /** Undefined for a call that is none of these. */
  async answer({ call, url, body }: Request): Promise<Reply | undefined> {
    switch (call) {
      case 'DescribeDeliveryStream':
      case 'ListTagsForDeliveryStream':
        return this.#stream(call, JSON.parse(body).DeliveryStreamName);
      case 'GetFunctionConfiguration':
        return this.#configuration(nameIn(url));
      case 'ListFunctions':
        return this.#functions();
      case 'Invoke':
        return await this.#invoke(nameIn(url), body);
      case 'GetRole':
        return this.#role(new URLSearchParams(body).get('RoleName') ?? '');
      case 'ListSubscriptionsByTopic':
        return this.#subscriptions();
      default:
        return undefined;
    }
  }

  #stream(call: string, name: string): Reply {
    const stream = this.streams.get(name);
    if (stream === undefined) return jsonError(400, 'ResourceNotFoundException');
    const { status, bucket, tags } = stream;
    if (call === 'ListTagsForDeliveryStream') {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      return json(200, { Tags, HasMoreTags: false }, '1.1');
    }
    const destination = { BucketARN: `arn:aws:s3:::${bucket}` };
    const DeliveryStreamDescription = {
      DeliveryStreamName: name,
      DeliveryStreamStatus: status,
      Destinations: [{ ExtendedS3DestinationDescription: destination }],
    };
    return json(200, { DeliveryStreamDescription }, '1.1');
  }

  #configuration(name: string): Reply {
    const found = this.functions.get(name);
    if (found === undefined) return noFunction(name);
    const { state, stateReason, environment = {}, subnetIds, securityGroupIds } = found;
    return json(200, {
      FunctionName: name,
      State: state,
      StateReason: stateReason,
      Environment: { Variables: environment },
      VpcConfig: { SubnetIds: subnetIds ?? [], SecurityGroupIds: securityGroupIds ?? [] },
    });
  }

  #functions(): Reply {
    const functions = [...this.functions].map(([FunctionName, { environment = {} }]) => ({
      FunctionName,
      Environment: { Variables: environment },
    }));
    return json(200, { Functions: functions });
  }

  async #invoke(name: string, body: string): Promise<Reply> {
    const found = this.functions.get(name);
    if (found === undefined) return noFunction(name);
    const { payload = null, error, log = '' } = await found.invoke(JSON.parse(body));
    const answer = json(200, error === undefined ? Object(payload) : { errorMessage: error });
    const headers = {
      ...answer.headers,
      'x-amz-log-result': Buffer.from(log).toString('base64'),
      ...(error !== undefined && { 'x-amz-function-error': 'Unhandled' }),
    };
    return { ...answer, headers };
  }

  #role(name: string): Reply {
    if (!this.roles.has(name)) return queryError(404, 'NoSuchEntity', `no role ${name}`);
    const role = `<Path>/</Path><RoleName>${xmlText(name)}</RoleName><RoleId>r</RoleId>`;
    const result = `<GetRoleResult><Role>${role}</Role></GetRoleResult>`;
    return { status: 200, body: `<GetRoleResponse>${result}</GetRoleResponse>` };
  }

  #subscriptions(): Reply {
    const members = this.subscriptions.map(({ protocol, endpoint, isConfirmed }) => {
      const arn = isConfirmed
        ? 'arn:aws:sns:eu-west-1:123456789012:topic:1'
        : 'PendingConfirmation';
      return `<member><SubscriptionArn>${arn}</SubscriptionArn><Protocol>${protocol}</Protocol><Endpoint>${xmlText(endpoint)}</Endpoint></member>`;
    });
    const list = `<Subscriptions>${members.join('')}</Subscriptions>`;
    const result = `<ListSubscriptionsByTopicResult>${list}</ListSubscriptionsByTopicResult>`;
    const body = `<ListSubscriptionsByTopicResponse>${result}</ListSubscriptionsByTopicResponse>`;
    return { status: 200, body };
  }
}

function nameIn(url: string): string {
  return decodeURIComponent(url.slice(LAMBDA.length).split('/')[0] ?? '');
}

function noFunction(name: string): Reply {
  const reply = json(404, { Type: 'User', Message: `Function not found: ${name}` });
  return {
    ...reply,
    headers: { ...reply.headers, 'x-amzn-errortype': 'ResourceNotFoundException' },
  };
}

function queryError(status: number, code: string, message: string): Reply {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${xmlText(message)}</Message></Error>`;
  return { status, body: `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>` };
}
