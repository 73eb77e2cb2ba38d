import { describe, expect, it } from 'vitest';
import { isLeftoverName, leftoverClusters, leftoverObjects } from '../../../../core/drill/find-leftovers.ts';
import { drillClusterIdOf } from '../../../../core/model/names.ts';
import { slotAt } from '../../../../core/model/slot.ts';
import type { ClusterView } from '../../../../core/ports.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const FOUR_HOURS_AGO = new Date('2026-11-21T08:00:00.000Z');
const LONGER_AGO = new Date('2026-11-21T07:59:59.000Z');
const NINE_HOURS_AGO = new Date('2026-11-21T03:00:00.000Z');
const STILL_LONGER_AGO = new Date('2026-11-21T02:59:59.000Z');

function clusterOf(createdAt: Date | undefined, status = 'available'): ClusterView {
  return { id: 'redrill-drill-x', arn: 'a', status, createdAt, nodeType: undefined, endpoint: undefined };
}

const idOfDrill = (due: Date): string => drillClusterIdOf('orders', slotAt(due));

describe('leftovers', () => {
  it.each<[string, ClusterView, number[]]>([
    ['four hours old', clusterOf(FOUR_HOURS_AGO), []],
    ['a second older', clusterOf(LONGER_AGO), [14_401]],
    ['that failed long ago', clusterOf(LONGER_AGO, 'create-failed'), [14_401]],
    ['being deleted', clusterOf(LONGER_AGO, 'deleting'), []],
    ['that is deleted and still shown', clusterOf(LONGER_AGO, 'deleted'), []],
    ['of unknown age', { ...clusterOf(undefined), id: 'redrill-drill-orders' }, []],
    [
      'whose age only its id tells, as long as a drill may take',
      { ...clusterOf(undefined), id: idOfDrill(LONGER_AGO) },
      [],
    ],
    [
      'whose age only its id tells, after that',
      { ...clusterOf(undefined), id: idOfDrill(STILL_LONGER_AGO) },
      [32_460],
    ],
  ])('a cluster %s', (_what, cluster, ages) =>
    expect(leftoverClusters([cluster], NOW)).toEqual(ages.map((ageSeconds) => ({ cluster, ageSeconds }))),
  );

  it('are files that are older than any drill: one whose cluster failed late creates the next one from them', () => {
    const head = (key: string, modifiedAt: Date) => ({ key, bytes: 1, etag: 'e', modifiedAt });
    const staged = [head('needed', LONGER_AGO), head('still', NINE_HOURS_AGO), head('old', STILL_LONGER_AGO)];
    expect(leftoverObjects(staged, NOW)).toEqual(['old']);
  });

  it('are parameter groups of that age, which their name says', () => {
    expect(isLeftoverName(idOfDrill(LONGER_AGO), NOW)).toBe(false);
    expect(isLeftoverName(idOfDrill(NINE_HOURS_AGO), NOW)).toBe(false);
    expect(isLeftoverName(idOfDrill(new Date(STILL_LONGER_AGO.getTime() - 59_000)), NOW)).toBe(true);
  });
});
