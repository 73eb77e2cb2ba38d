import { inParallel } from '../adapters/in-parallel.ts';
import type { Alert, Alerts } from '../core/ports.ts';

/**
 * Sends messages, many at once: a whole fleet's must be out before the function's time is. One that is refused holds up no
 * other.
 * @returns the refusals by fault, in the order of the messages
 */
export async function publishAll(
  alerts: Alerts,
  tellings: readonly { readonly fault: string; readonly alert: Alert; readonly since: string }[],
): Promise<ReadonlyMap<string, unknown>> {
  const outcomes = await inParallel(tellings, async ({ fault, alert, since }) =>
    alerts.publish({ ...alert, thread: fault, occurrence: since }).then(
      () => undefined,
      (refusal: unknown) => [fault, refusal] as const,
    ),
  );
  return new Map(outcomes.flatMap((outcome) => (outcome === undefined ? [] : [outcome])));
}
