import { commandOf, type Notice, noticeOf } from '../alerts/compose-notice.ts';
import { readableSeconds } from '../model/duration.ts';
import { isRehearsal, REHEARSAL_CACHE, REHEARSAL_LASTS_AT_MOST_SECONDS } from '../model/rehearsal.ts';
import { instantOf, isSlot, readableSlot } from '../model/slot.ts';

/** A cache with the tag of rehearsals, and the tag's value. */
export interface RehearsalTagged {
  readonly cache: string;
  readonly began: string;
}

/** Whether what began at that slot belongs to a rehearsal that cannot be running any more. */
export function isRehearsalOver(began: string, now: Date): boolean {
  return isSlot(began) && secondsSince(began, now) > REHEARSAL_LASTS_AT_MOST_SECONDS;
}

/**
 * The cache of a rehearsal that was killed, and that no later one has deleted. It has to have the name and the tag: of any
 * other cache nothing is said.
 */
export function noticesOfRehearsal(
  tagged: readonly RehearsalTagged[],
  { region, now }: { readonly region: string; readonly now: Date },
): readonly Notice[] {
  const left = tagged.find(({ cache, began }) => isRehearsal(cache) && isRehearsalOver(began, now));
  if (left === undefined || !isSlot(left.began)) return [];
  const age = readableSeconds(secondsSince(left.began, now));
  return [
    noticeOf({
      code: 'RehearsalLeftOver',
      about: REHEARSAL_CACHE,
      text: [
        `The cache ${REHEARSAL_CACHE} in ${region} belongs to a rehearsal that began ${age} ago (${readableSlot(left.began)}). No rehearsal lasts that long: its command ended before it could delete the cache.`,
        'No application uses the cache. It costs a node hour every hour until it is deleted.',
        '',
        'To delete everything that rehearsals left behind:',
        commandOf('RehearsalLeftOver', REHEARSAL_CACHE),
      ],
    }),
  ];
}

function secondsSince(began: string, now: Date): number {
  return isSlot(began) ? (now.getTime() - instantOf(began).getTime()) / 1_000 : 0;
}
