import { changeJson } from '../adapters/documents/change-json.ts';
import type { Notice } from '../core/alerts/compose-notice.ts';
import {
  type Delivery,
  type Look,
  type NoticeOptions,
  planNotices,
  settleNotices,
} from '../core/alerts/plan-notices.ts';
import { NO_NOTICES, noticeMemory } from '../core/contracts/notices.ts';
import { AppError } from '../core/model/errors.ts';
import { stagingKeys } from '../core/model/keys.ts';
import type { Alerts, Now, ObjectStore } from '../core/ports.ts';
import { publishAll } from './publish-all.ts';

/** What a look needs that tells people what it finds. */
export interface LookingWorld {
  /** Where it is remembered what people were told. */
  readonly notices: ObjectStore;
  readonly alerts: Alerts;
  readonly now: Now;
  /** An id that no other look has. */
  readonly newRunId: () => string;
}

interface World extends Pick<LookingWorld, 'notices' | 'alerts'>, NoticeOptions {
  /** What was looked at: a fault of it that is not among the notices is over. */
  readonly area: Parameters<typeof stagingKeys.notices>[0];
}

/**
 * Tells people of what is wrong, a page at most once an hour and a ticket once a day, and of what is over. One message that
 * is refused must neither hold up the others nor have them repeated.
 *
 * @throws the first refusal, when all that can be told is told
 */
export async function tellNotices(
  notices: readonly Notice[],
  look: Look,
  { notices: store, alerts, area, ...options }: World,
): Promise<void> {
  const place = { store, key: stagingKeys.notices(area), schema: noticeMemory, empty: NO_NOTICES };
  const { tellings } = await changeJson(place, (memory) => planNotices(notices, memory, look, options));
  if (tellings.length === 0) return;
  const refusals = await publishAll(alerts, tellings);
  const settled = tellings.map((telling) => ({ ...telling, delivery: deliveryOf(telling.fault, refusals) }));
  await changeJson(place, (memory) => ({ memory: settleNotices(memory, look, settled) }));
  for (const refusal of refusals.values()) throw refusal;
}

/** A message without an answer may have been sent. */
function deliveryOf(fault: string, refusals: ReadonlyMap<string, unknown>): Delivery {
  if (!refusals.has(fault)) return 'sent';
  const refusal = refusals.get(fault);
  return refusal instanceof AppError && refusal.code === 'AwsUnavailable' ? 'unsure' : 'refused';
}
