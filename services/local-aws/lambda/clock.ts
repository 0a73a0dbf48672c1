const RealDate = Date;
let standsAt: number | undefined;

function now(): number {
  return standsAt ?? RealDate.now();
}

/**
 * From now on this process's `Date` stands at the given time (Unix ms) until the next call, so that
 * code which asks for the time gets that of the story it runs in. Timers keep real time.
 */
export function setClock(ms: number): void {
  standsAt = ms;
}

// At once, before a bundle is loaded and keeps `Date.now` for later.
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});
