import { alertOfEnd, commandOf, type Notice, noticeOf } from '../alerts/compose-notice.ts';
import type { EndOf } from '../alerts/plan-notices.ts';
import { readableSeconds } from '../model/duration.ts';
import { readableSlot, type Slot } from '../model/slot.ts';
import { type Freshness, lastCopyLine } from './assess-rpo.ts';

/** A notice for each cache that has no verified recovery point within its RPO. */
export function noticesOfRpo(fleet: readonly Freshness[]): readonly Notice[] {
  return fleet
    .filter(({ outsideRpo }) => outsideRpo)
    .map((freshness) => {
      const { cache, newest, ageSeconds, rpoSeconds } = freshness;
      return noticeOf({
        code: 'RpoMissed',
        about: cache,
        text: [
          `${cache} is outside its recovery point objective of ${readableSeconds(rpoSeconds)}.`,
          lastCopyLine(freshness),
          `If the cache were lost now, everything ${newest === undefined ? 'in it would be lost' : `written in the last ${readableSeconds(ageSeconds)} would be lost with it`}.`,
          '',
          'Likely causes: the backup fails (see its own alert), its schedule is disabled, the cache is gone or has lost its tag, or the ingest is behind.',
          ...whatToType(cache, newest?.slot),
        ],
      });
    });
}

function whatToType(cache: string, newest: Slot | undefined): readonly string[] {
  return [
    'What is known of it, and a backup now:',
    `  npx redrill status ${cache}`,
    commandOf('RpoMissed', cache),
    ...(newest === undefined
      ? []
      : [
          'If the cache is lost, a new one beside the vault from this recovery point (in another region with --region); this says what it would make, and with --apply makes it:',
          `  npx redrill restore ${cache}/latest --to ${cache}-restored`,
        ]),
  ];
}

/** That a cache is within its RPO again; nothing of a cache that was forgotten meanwhile. */
export function endOfMissedRpo(fleet: readonly Freshness[]): EndOf {
  return (fault, told) => {
    const found = fleet.find(({ cache }) => cache === told.about);
    if (found === undefined) return undefined;
    const { cache, newest, ageSeconds } = found;
    const state =
      newest === undefined
        ? `it has none yet, and has been protected for ${readableSeconds(ageSeconds)}`
        : `the newest verified one is of ${readableSlot(newest.slot)}, ${readableSeconds(ageSeconds)} old`;
    const text = `${cache} is within its recovery point objective again: ${state}.`;
    return { ...alertOfEnd(fault, told), text };
  };
}
