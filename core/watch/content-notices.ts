import { type Notice, noticeOf } from '../alerts/compose-notice.ts';
import type { RegistryEntry } from '../contracts/recovery-point.ts';
import { WARNINGS } from '../ingest/content-warnings.ts';
import { readableSlot } from '../model/slot.ts';
import type { Freshness } from './assess-rpo.ts';

/** One notice, told once, for each cache whose newest verified copy holds as many keys as ever and differs otherwise. */
export function noticesOfContent(
  fleet: readonly Freshness[],
  registry: readonly RegistryEntry[],
): readonly Notice[] {
  return fleet.flatMap(({ cache, newest }): readonly Notice[] => {
    const warnings = newest?.warnings?.filter(({ code }) => WARNINGS.has(code)) ?? [];
    if (newest === undefined || warnings.length === 0) return [];
    const { slot } = newest;
    const entry = registry.find((each) => each.cache === cache);
    const before = entry?.recent.find((point) => point.verdict === 'verified' && point.slot < slot)?.slot;
    const text = [
      `The newest verified recovery point of ${cache}, of ${readableSlot(slot)}, differs from those before it:`,
      ...warnings.map(({ message }) => `  - ${message}`),
      'A deployment can cause this. So can a faulty program that writes wrong values, duplicates, or keys without an expiry. The recovery point stays verified, and Redrill releases older ones as usual.',
      ...(before === undefined
        ? []
        : [
            '',
            'If you do not know the cause, hold the recovery point before it until you do, and list the keys that differ:',
            `  npx redrill hold ${cache}/${before} --why '…'`,
            `  npx redrill compare ${cache}/${before} ${cache}`,
          ]),
    ];
    return [noticeOf({ code: 'ContentChanged', about: cache, parts: [slot], text })];
  });
}
