import { type Notice, noticeOf } from '../alerts/compose-notice.ts';
import type { RegistryEntry } from '../contracts/recovery-point.ts';
import { readableSlot } from '../model/slot.ts';
import type { Freshness } from './assess-rpo.ts';

/** One notice, told once, for each cache whose newest verified copy holds as many keys as ever and differs otherwise. */
export function noticesOfContent(
  fleet: readonly Freshness[],
  registry: readonly RegistryEntry[],
): readonly Notice[] {
  return fleet.flatMap(({ cache, newest }): readonly Notice[] => {
    if (newest?.warnings === undefined) return [];
    const { slot, warnings } = newest;
    const entry = registry.find((each) => each.cache === cache);
    const before = entry?.recent.find((point) => point.verdict === 'verified' && point.slot < slot)?.slot;
    const text = [
      `The newest verified copy of ${cache}, of ${readableSlot(slot)}, differs from the copies before it:`,
      ...warnings.map(({ message }) => `  - ${message}`),
      'A deployment can do that, and so can a program that writes rubbish, twice, or without an expiry. The copy stays verified, and older copies are released as usual.',
      ...(before === undefined
        ? []
        : [
            '',
            'If nobody meant it, keep the copy before it until the matter is clear, and see which keys differ:',
            `  npx redrill hold ${cache}/${before} --why '…'`,
            `  npx redrill compare ${cache}/${before} ${cache}`,
          ]),
    ];
    return [noticeOf({ code: 'ContentChanged', about: cache, parts: [slot], text })];
  });
}
