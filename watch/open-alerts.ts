import { unusable } from '../adapters/documents/flawed-object.ts';
import { readJson } from '../adapters/documents/json-objects.ts';
import { type OpenAlert, openAlertsIn } from '../core/alerts/open-alerts.ts';
import { noticeMemory } from '../core/contracts/notices.ts';
import { NOTICE_AREAS, type NoticeArea, stagingKeys } from '../core/model/keys.ts';
import type { ObjectStore } from '../core/ports.ts';

/** The alerts that are open by what the watch beside this bucket remembers; one request for each area. */
export async function openAlerts(
  store: ObjectStore,
  areas: readonly NoticeArea[] = NOTICE_AREAS,
): Promise<readonly OpenAlert[]> {
  const found = await Promise.all(
    areas.map(async (area) => {
      const memory = await readJson(store, stagingKeys.notices(area), noticeMemory).catch(unusable);
      return memory === undefined ? [] : openAlertsIn(area, memory.value);
    }),
  );
  return found.flat();
}
