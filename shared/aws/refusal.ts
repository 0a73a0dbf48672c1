import { explain } from './explain.ts';

/** AWS said no: nothing was done, and the same request will not be answered otherwise by itself. */
export class Refusal extends Error {
  readonly refused = true;
}

const WORTH_RETRYING = /Throttl|TooManyRequests|RequestLimitExceeded|RequestTimeout|Conflict/;

/**
 * Awaits a call and says in a sentence why it fails; `subject` is the bucket, object or function it is for.
 * @throws Refusal when AWS refused it; an Error when it may have been done all the same.
 */
export async function calling<T>(action: string, call: Promise<T>, subject?: string): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    const message = explain({ action, subject }, cause);
    throw isRefusal(cause) ? new Refusal(message, { cause }) : new Error(message, { cause });
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
