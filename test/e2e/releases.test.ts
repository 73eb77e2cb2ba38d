import { beforeAll, describe, expect, test } from 'vitest';
import { pointsOutput } from '../../cli/points/contract.ts';
import { RecoverOutput } from '../../cli/recover/contract.ts';
import { showOutput } from '../../cli/show/contract.ts';
import { statusOutput } from '../../cli/status/contract.ts';
import { PointOutput } from '../../cli/verify/contract.ts';
import { drillReport } from '../../core/contracts/drill.ts';
import { restoreReport } from '../../core/contracts/restore.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import { parseSlot } from '../../core/model/slot.ts';
import { contentOf } from '../releases/content.ts';
import { worldOn } from '../releases/installed.ts';
import { type PromisedPoint, Release, releases } from '../releases/release.ts';
import { Assemblies } from './deployments/assemblies.ts';
import { type RunOptions, runRedrill } from './redrill.ts';
import type { World } from './world.ts';

/*
 * Each earlier release has left a vault (test/releases/README.md). This one lists, verifies, restores, recovers and drills what
 * is in it, and goes on with what was under way.
 */

describe.each(releases())('the vault of %s', (version) => {
  const release = new Release(version);
  const { points } = release.promises;
  const sound = points.filter(({ verdict }) => verdict === 'verified');
  let world: World;

  beforeAll(async () => {
    const assemblies = new Assemblies();
    world = await worldOn(
      release,
      assemblies.of(() => release.config),
    );
    return async () => {
      await world.close();
      await assemblies.remove();
      release.remove();
    };
  });

  /** The newest verified point of a cache that was looked at when it was taken. */
  const newestOf = (cache: string): PromisedPoint & { readonly content: object } => {
    const found = sound.findLast(({ name, keys }) => name.startsWith(`${cache}/`) && keys > 500);
    if (found?.content === undefined) throw new Error(`there is no point of ${cache}`);
    return { ...found, content: found.content };
  };

  async function said(words: readonly string[], options?: RunOptions) {
    const { out, err, status } = await runRedrill(world, [...words, '--json'], options);
    if (out === '') throw new Error(err);
    return { said: JSON.parse(out), status };
  }

  test('is listed as it was', async () => {
    for (const cache of new Set(points.map(({ name }) => name.split('/')[0] ?? ''))) {
      const listed = pointsOutput.parse((await said(['points', cache])).said);
      expect(
        listed.points
          .map(({ slot, tier, verdict, accepted, keys }) => ({
            name: `${cache}/${slot}`,
            tier,
            verdict,
            isAccepted: accepted !== undefined,
            keys,
          }))
          .reverse(),
      ).toEqual(
        points
          .filter(({ name }) => name.startsWith(`${cache}/`))
          .map(({ content: _, ...promised }) => promised),
      );
    }
  });

  test('is shown point by point, and each sound file of the points that were kept is verified to its last byte', async () => {
    for (const { name, verdict, keys } of points) {
      const shown = showOutput.parse((await said(['show', name])).said);
      expect(shown).toMatchObject({ name, verdict, totals: { keys } });
      if (verdict !== 'corrupt') expect(shown.lacks).toEqual([]);
    }
    for (const { name } of sound) {
      const verified = await said(['verify', name]);
      const { shards } = PointOutput.parse(verified.said);
      expect(shards.map(({ asRecorded, replaced }) => ({ asRecorded, replaced }))).toEqual(
        shards.map(() => ({ asRecorded: true, replaced: null })),
      );
      expect(verified.status).toBe(0);
    }
  });

  test('stands in the status with what was forgotten, suspected, held, and found by drills', async () => {
    const { caches, unprotected } = statusOutput.parse((await said(['status'])).said);
    const [orders, sessions] = ['orders', 'sessions'].map((id) => caches.find(({ cache }) => cache === id));
    expect(unprotected).toContainEqual({
      cache: 'carts',
      because: expect.stringContaining('the shop has closed'),
    });
    expect(orders).toMatchObject({
      held: [expect.stringContaining('20261105T000000Z')],
      suspect: [expect.stringContaining('20261109T060000Z')],
    });
    expect(sessions).toMatchObject({
      failedDrill: [expect.stringContaining('20261109T120000Z')],
      lastDrill: { verdict: 'failed', proof: 'differs' },
    });
  });

  test('gives one back in a new cache, key by key', async () => {
    const { name, content } = newestOf('sessions');
    const words = ['restore', name, '--to', 'restored', '--apply', '--auth-token-from', 'env:NEW_TOKEN'];
    const restored = await said(words, { environment: { NEW_TOKEN: 'a-token-of-the-vault-region' } });
    expect(restoreReport.parse(restored.said)).toMatchObject({ compared: 'matched', outcome: 'created' });
    expect(await contentOf(world.nodesOf('restored', world.demo.vault))).toEqual(content);
  });

  test('goes on with the restore of a cluster that was interrupted, and gives back every key', async () => {
    const { name, content } = newestOf('orders');
    const report = restoreReport.parse(
      (await said(['restore', name, '--to', 'orders-again', '--apply'])).said,
    );
    expect(report).toMatchObject({ compared: 'matched', outcome: 'created' });
    expect(report.startedAt < release.promises.endsAt).toBe(true);
    expect(await contentOf(world.nodesOf('orders-again', world.demo.vault))).toEqual(content);
  });

  test('gives the keys of a cluster to a cache that runs', async () => {
    const { name, content } = newestOf('orders');
    await world.create([{ id: 'spare' }]);
    const recovered = await said(['recover', name, '--into', 'spare', '--apply', '--no-functions']);
    expect(RecoverOutput.parse(recovered.said)).toMatchObject({ refusals: [], expired: 0 });
    const { keys, byType, withExpiry } = await contentOf(world.nodesOf('spare', world.demo.source));
    expect({ ...content, keys, byType, withExpiry }).toEqual(content);
  });

  test('is drilled', async () => {
    const { name } = newestOf('orders');
    const { drill } = await world.startDrill('orders', parseSlot(name.split('/')[1] ?? ''));
    await world.pass(0);
    const report = await world.document(
      world.demo.vaultBucket,
      vaultKeys.report('orders', drill),
      drillReport,
    );
    expect(report).toMatchObject({ verdict: 'passed', comparison: { mismatches: 0, keysExpired: 0 } });
  });

  test('takes in what lay in the landing bucket, and what had been read in part', async () => {
    await world.deliver('find-exports');
    for (const [cache, slot] of [
      ['orders', '20261110T020000Z'],
      ['sessions', '20261110T000000Z'],
    ] as const)
      expect((await world.points(cache)).at(-1)).toMatchObject({ slot, verdict: 'verified' });
  });

  test('takes over the alerts that were claimed and never sent', async () => {
    await world.deliver('watch-vault');
    const told = world.allAlerts.filter(({ code }) => code === 'RpoMissed').map(({ cache }) => cache);
    expect(told.sort()).toEqual(['orders', 'sessions']);
  });

  test('no role was refused anything', () => expect(world.refusals).toEqual([]));
});
