export interface EverySlot {
  readonly cadenceMs: number;
  /** As AWS has it, once it has answered. */
  readonly now: () => Date;
  /** Ships the slot of now. @returns the instant of the slot */
  readonly ship: () => Promise<Date>;
  readonly onFailure: (error: unknown) => void;
  readonly sleepFor: (ms: number) => Promise<unknown>;
}

/** After how long a slot that could not be shipped is tried again. */
const RETRY_MS = 60_000;

/** Ships each slot when it begins, and tries again while it lasts. Never returns: a signal ends the process. */
export async function shipEverySlot({
  cadenceMs,
  now,
  ship,
  onFailure,
  sleepFor,
}: EverySlot): Promise<never> {
  for (;;) {
    const shipped = await ship().catch((error: unknown) => onFailure(error));
    const at = now().getTime();
    const slot = shipped?.getTime() ?? Math.floor(at / cadenceMs) * cadenceMs;
    const left = Math.max(0, slot + cadenceMs - at);
    await sleepFor(shipped === undefined ? Math.min(left, RETRY_MS) : left);
  }
}
