import type { Alert, Alerts } from '../core/ports.ts';

/**
 * Sends messages one after the other; one that is refused holds up no other.
 * @returns the refusals by fault, in the order of the messages
 */
export async function publishAll(
  alerts: Alerts,
  tellings: readonly { readonly fault: string; readonly alert: Alert }[],
): Promise<ReadonlyMap<string, unknown>> {
  const refusals = new Map<string, unknown>();
  for (const { fault, alert } of tellings)
    await alerts.publish(alert).catch((refusal) => refusals.set(fault, refusal));
  return refusals;
}
