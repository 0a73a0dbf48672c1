import { printable } from '../text/printable.ts';
import { shorten } from '../text/shorten.ts';

/** Leaves room for the encoded message of an authorization failure. */
const LONGEST_REASON = 2000;

/** AWS said no: nothing was done, and the same request will not be answered otherwise by itself. */
export class Refusal extends Error {
  readonly refused = true;

  constructor(reason: string, options?: ErrorOptions) {
    super(reasonText(reason), options);
  }
}

/** What AWS says, fit for logs, mails and the state table. */
function reasonText(reason: string): string {
  return shorten(printable(reason), LONGEST_REASON);
}

const WORTH_RETRYING = /Throttl|TooManyRequests|RequestLimitExceeded|RequestTimeout|Conflict/;

/**
 * Awaits a call and says whose it was when it fails.
 * @throws Refusal when AWS refused it; an Error when it may have been done all the same.
 */
export async function calling<T>(action: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    const message = `${action}: ${nameOf(cause)}: ${cause instanceof Error ? cause.message : cause}`;
    throw isRefusal(cause)
      ? new Refusal(message, { cause })
      : new Error(reasonText(message), { cause });
  }
}

/** Awaits all pages of a list, and fails as `calling` does. */
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

/** Whether an error is AWS's answer of that name, under which it also reports what is there or gone already. */
export function isNamed(error: unknown, name: string): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return nameOf(cause) === name;
}

function isRefusal(error: unknown): boolean {
  const status = statusOf(error);
  return status >= 400 && status < 500 && !WORTH_RETRYING.test(nameOf(error));
}

/** The HTTP status AWS answered with; 0 when there was no answer. */
function statusOf(error: unknown): number {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode ?? 0;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}
