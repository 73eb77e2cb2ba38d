const RealDate = globalThis.Date;
let offsetMs = 0;

/** What to add to the real time from now on, ms. */
export function setClockOffset(ms: number): void {
  offsetMs = ms;
}

/**
 * Puts the bundle on the virtual clock: `Date` gives the real time plus the offset of the invocation under way. The
 * clock does not jump while an invocation runs, so one offset per invocation is exact. Timers and `performance` stay
 * real: a function waits in real time.
 */
export function shiftDate(): void {
  const shiftedNow = () => RealDate.now() + offsetMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [shiftedNow()] : args, newTarget),
    apply: () => new RealDate(shiftedNow()).toString(),
    get: (target, member) => (member === 'now' ? shiftedNow : Reflect.get(target, member, target)),
  });
  // `date.constructor` and `instanceof` must lead to the same Date that the bundle sees.
  RealDate.prototype.constructor = globalThis.Date;
}
