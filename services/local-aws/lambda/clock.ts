const RealDate = Date;
let stoppedAt: number | undefined;

function now(): number {
  return stoppedAt ?? RealDate.now();
}

/**
 * Stops this process's `Date` at the given time (Unix ms) until the next call, for functions that run in
 * simulated time. Timers keep real time.
 */
export function setClock(ms: number): void {
  stoppedAt = ms;
}

// Replaced before the bundle is loaded, since a bundle may keep a reference to `Date.now`.
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});
