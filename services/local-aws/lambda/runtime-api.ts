import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** The limit of a synchronous invocation's answer: 6 MB. */
export const RESPONSE_LIMIT = 6_291_456;

/** A failed invocation as Lambda reports it; `stackTrace` for errors that the handler threw. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stackTrace?: readonly string[];
}

/** The end of an invocation: the answer as JSON text, or the error. */
export type Answer = { readonly payload: string } | { readonly error: FunctionError };

/** An event with its context; `deadline` in Unix milliseconds. */
export interface RuntimeEvent {
  readonly id: string;
  readonly body: string;
  readonly deadline: number;
  readonly functionArn: string;
  /** The time at which the function's clock stands; left out, it is the real time. */
  readonly clock?: number | undefined;
}

const TOO_LARGE: FunctionError = {
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT} bytes).`,
};

/** Lambda's Runtime API (2018-06-01) for one execution environment, on a loopback port. */
export class RuntimeApi {
  /** The error of the function's start, if the runtime has reported one. */
  startError: FunctionError | undefined;
  readonly #answers = new Map<string, Answer>();
  #poll = Promise.withResolvers<ServerResponse>();
  readonly #server = createServer((request, response) => {
    this.#route(request, response).catch(() => response.destroy());
  });

  /** Opens the port. Neither the port nor a connection keeps the process alive. */
  static async listen(): Promise<RuntimeApi> {
    const api = new RuntimeApi();
    // The connection of a stopped runtime stays open without activity.
    api.#server.keepAliveTimeout = 0;
    api.#server.requestTimeout = 0;
    api.#server.on('connection', (socket) => socket.unref());
    api.#server.listen(0, '127.0.0.1').unref();
    await once(api.#server, 'listening');
    return api;
  }

  /** The value for AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves when the runtime waits for an event. */
  async waitForPoll(): Promise<void> {
    await this.#poll.promise;
  }

  /** Sends an event to the waiting runtime. */
  async sendEvent({ id, body, deadline, functionArn, clock }: RuntimeEvent): Promise<void> {
    const response = await this.#poll.promise;
    this.#poll = Promise.withResolvers();
    response
      .writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': id,
        'lambda-runtime-deadline-ms': deadline,
        'lambda-runtime-invoked-function-arn': functionArn,
        'lambda-runtime-trace-id': `Root=1-00000000-${id.replaceAll('-', '').slice(0, 24)};Sampled=0`,
        ...(clock !== undefined && { 'local-clock-ms': clock }),
      })
      .end(body);
  }

  /** Removes and returns the answer to an event; undefined when there is none. */
  takeAnswer(id: string): Answer | undefined {
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    return answer;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.replace('/2018-06-01/runtime/', '') ?? '';
    if (path === 'invocation/next') {
      this.#poll.resolve(response);
      return;
    }
    const body = await buffer(request);
    const [, id, kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (path === 'init/error') {
      this.startError = JSON.parse(body.toString());
    } else if (id === undefined) {
      reply(response, 404, { errorType: 'NotFound', errorMessage: path });
      return;
    } else {
      this.#answers.set(id, answer(kind, body));
    }
    reply(response, 202, { status: 'OK' });
  }
}

function answer(kind: string | undefined, body: Buffer): Answer {
  if (kind === 'error') return { error: JSON.parse(body.toString()) };
  return body.length > RESPONSE_LIMIT ? { error: TOO_LARGE } : { payload: body.toString() };
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
