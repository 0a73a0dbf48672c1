import { Agent, type IncomingMessage, request } from 'node:http';
import * as nodeModule from 'node:module';
import { text } from 'node:stream/consumers';
import { setClock } from './clock.ts';

/**
 * Replaces the native addon of aws-lambda-ric, so that AWS's runtime client runs where the addon is not
 * compiled. In natflow's package, whose build replaces it, nothing asks for the addon: an older Node.js 22 has no
 * hooks.
 */
nodeModule.registerHooks?.({
  resolve: (specifier, context, next) =>
    specifier === './rapid-client.node'
      ? { url: import.meta.url, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
});

const API = `http://${process.env['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime`;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** The last answer. The runtime does not wait until it is posted, so `next` does. */
let posted: Promise<unknown> = Promise.resolve();

/** Resolves with the text of the next event and its Lambda-Runtime-* headers. */
export async function next(): Promise<{ bodyJson: string; headers: IncomingMessage['headers'] }> {
  await posted;
  // Saved here, because an environment is killed, without the exit at which node saves its compile cache.
  nodeModule.flushCompileCache();
  const event = await call('GET', 'invocation/next');
  const clock = event.headers['local-clock-ms'];
  if (clock !== undefined) setClock(Number(clock));
  return event;
}

/** Posts the handler's answer. */
export function done(id: string, body: string): void {
  posted = posted.then(() => call('POST', `invocation/${id}/response`, body));
}

/** Posts the handler's error as the runtime client has formatted it. */
export function error(id: string, body: string): void {
  posted = posted.then(() => call('POST', `invocation/${id}/error`, body));
}

function call(method: string, path: string, body?: string) {
  return new Promise<{ bodyJson: string; headers: IncomingMessage['headers'] }>(
    (resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      request(`${API}/${path}`, { agent, method, headers }, (response) => {
        text(response).then((bodyJson) => resolve({ bodyJson, headers: response.headers }), reject);
      })
        .on('error', reject)
        .end(body);
    },
  );
}
