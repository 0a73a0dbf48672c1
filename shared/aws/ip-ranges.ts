/** AWS answers within a second, and a report does not depend on it. */
const TIMEOUT_MS = 5000;

/**
 * Reads AWS's published address ranges (ip-ranges.json, some two megabytes).
 * @throws Error naming the address when it does not answer in time, or not with JSON.
 */
export async function fetchIpRanges(url: string, timeoutMs = TIMEOUT_MS): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await response.json();
  } catch (cause) {
    throw new Error(`${url}: ${reasonOf(cause)}`, { cause });
  }
}

/** `fetch` fails with a sentence that says nothing, and has the reason as its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { readonly cause?: Error };
  return cause?.message ?? message;
}
