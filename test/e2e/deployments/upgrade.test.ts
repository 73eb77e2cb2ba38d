import { beforeAll, describe, expect, test } from 'vitest';
import { PointOutput } from '../../../cli/verify/contract.ts';
import { parseConfig } from '../../../core/contracts/parse-config.ts';
import type { RecoveryPoint } from '../../../core/contracts/recovery-point.ts';
import { Release, releases } from '../../releases/release.ts';
import { runRedrill } from '../redrill.ts';
import { MIDNIGHT, World } from '../world.ts';
import { Assemblies } from './assemblies.ts';
import { WorkUnderWay } from './work-under-way.ts';

/*
 * An installation of each earlier release, deployed from the assembly that its code synthesised, is upgraded to this one while
 * a backup, an ingest and a drill that the earlier Lambdas began are under way.
 */

describe.each(releases())('an upgrade from %s, while work is under way', (version) => {
  const release = new Release(version);
  const assemblies = new Assemblies();
  let world: World;
  let work: WorkUnderWay;
  let before: readonly RecoveryPoint[];

  beforeAll(async () => {
    const config = parseConfig(release.config);
    world = await World.start({ deployed: { folder: release.assembly(), config } });
    await world.createWithConfigured([]);
    for (const plan of ['event-log', 'session-store']) await world.runSlot(plan, MIDNIGHT);
    before = await world.points();
    work = new WorkUnderWay(world, MIDNIGHT);
    return async () => {
      await world.close();
      await assemblies.remove();
      release.remove();
    };
  });

  test('changes the Lambdas, ends all that was under way well, and tells nobody of anything', async () => {
    const meanwhile = await work.whileDeploying(assemblies.of(() => release.config));
    const updated = meanwhile.events.filter(({ status }) => status === 'UPDATE_COMPLETE');
    expect(updated.map(({ type }) => type)).toContain('AWS::Lambda::Function');
    await work.expectNothingLost(meanwhile);
    expect(meanwhile.told.filter(({ severity }) => severity !== 'alarm')).toEqual([]);
  });

  test('keeps every point as it was: verified, and drilled by the newer Lambdas', async () => {
    expect(before.length).toBe(2);
    for (const point of before) {
      const { cache, slot } = point;
      expect(await world.points(cache)).toContainEqual(point);
      const { out } = await runRedrill(world, ['verify', `${cache}/${slot}`, '--json']);
      expect(PointOutput.parse(JSON.parse(out)).shards.every(({ asRecorded }) => asRecorded)).toBe(true);
      const { execution } = await world.startDrill(cache, slot);
      await world.pass(0);
      expect(execution.status).toBe('SUCCEEDED');
    }
  });
});
