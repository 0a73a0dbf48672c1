import { printable } from '../text/printable.ts';
import { shorten } from '../text/shorten.ts';
import { explain } from './explain.ts';

/** Leaves room for the encoded message of an authorization failure. */
const LONGEST_REASON = 2000;

/** AWS rejected the request: nothing changed, and repeating it will not help. */
export class Refusal extends Error {
  readonly refused = true;

  constructor(reason: string, options?: ErrorOptions) {
    super(reasonText(reason), options);
  }
}

/** AWS's message as one line of printable text, cut for logs, mails and the state table. */
function reasonText(reason: string): string {
  return shorten(printable(reason), LONGEST_REASON);
}

const WORTH_RETRYING = /Throttl|TooManyRequests|RequestLimitExceeded|RequestTimeout|Conflict/;

/**
 * Awaits a call and explains its failure in a sentence. `subject` is the bucket, object or function it is for.
 * @throws Refusal when AWS rejected the request; Error when it is unknown whether it took effect.
 */
export async function calling<T>(action: string, call: Promise<T>, subject?: string): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    const message = explain({ action, subject }, cause);
    throw isRefusal(cause)
      ? new Refusal(message, { cause })
      : new Error(reasonText(message), { cause });
  }
}

/** Awaits all pages of a list. Errors as in `calling`. */
export async function collecting<Page, Item>(
  action: string,
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const collect = async () => {
    const found: Item[] = [];
    for await (const page of pages) found.push(...(itemsOf(page) ?? []));
    return found;
  };
  return await calling(action, collect());
}

/** Whether an error, or its cause, is AWS's error of that name. */
export function isNamed(error: unknown, name: string): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return nameOf(cause) === name;
}

function isRefusal(error: unknown): boolean {
  const status = statusOf(error);
  return status >= 400 && status < 500 && !WORTH_RETRYING.test(nameOf(error));
}

/** The HTTP status of AWS's answer; 0 when there was none. */
function statusOf(error: unknown): number {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode ?? 0;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}
