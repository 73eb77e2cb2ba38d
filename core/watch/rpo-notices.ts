import { alertOfEnd, commandOf, type Notice, noticeOf } from '../alerts/compose-notice.ts';
import type { EndOf } from '../alerts/plan-notices.ts';
import type { Servers } from '../contracts/servers.ts';
import { readableSeconds } from '../model/duration.ts';
import { SHIP_ONCE } from '../model/host-program.ts';
import { readableSlot, type Slot } from '../model/slot.ts';
import { type Freshness, lastCopyLine } from './assess-rpo.ts';

/** A notice for each cache that has no verified recovery point within its RPO. */
export function noticesOfRpo(fleet: readonly Freshness[], servers: Servers): readonly Notice[] {
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
          ...(servers[cache] === undefined ? CAUSES_OF_CACHES : CAUSES_OF_SERVERS),
          `  npx redrill status ${cache}`,
          commandOf('RpoMissed', cache),
          ...whatToRestore(cache, newest?.slot),
        ],
      });
    });
}

const CAUSES_OF_CACHES = [
  'Likely causes: the backup fails (it sends its own alert), its schedule is disabled, the cache was deleted or has lost its tag, or the ingest is late.',
  'To see the state of the cache, and to back it up now:',
];
const CAUSES_OF_SERVERS = [
  `Likely causes: its host is down or cannot save (it sends its own alert), or the ingest is late. On the host, ${SHIP_ONCE} ships it now, or says why it cannot.`,
  'To see the state of the server, and how its host backs it up:',
];

function whatToRestore(cache: string, newest: Slot | undefined): readonly string[] {
  if (newest === undefined) return [];
  return [
    'If the cache is lost, restore it from this recovery point, in the vault’s region or in another one with --region. This command shows what it would create; with --apply, it creates it:',
    `  npx redrill restore ${cache}/latest --to ${cache}-restored`,
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
        ? `it has no verified recovery point yet, and has been protected for ${readableSeconds(ageSeconds)}`
        : `the newest verified recovery point is of ${readableSlot(newest.slot)}, ${readableSeconds(ageSeconds)} old`;
    const text = `${cache} is within its recovery point objective again: ${state}.`;
    return { ...alertOfEnd(fault, told), text };
  };
}
