import { describe, expect, it } from 'vitest';
import { writeJson } from '../../../adapters/documents/json-objects.ts';
import { RECENT_DRILLS } from '../../../core/contracts/drill.ts';
import { vaultKeys } from '../../../core/model/keys.ts';
import { slotAt } from '../../../core/model/slot.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import { readHistory, rewriteHistory } from '../../../vault/drill-history.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { REPORT } from '../core/drills.ts';

const DAY_MS = 86_400_000;
const drillOf = (day: number) => slotAt(new Date(Date.UTC(2026, 0, 1) + day * DAY_MS));

async function vaultWith(days: number): Promise<MemoryStore> {
  const vault = new MemoryStore();
  for (let day = 0; day < days; day++) {
    const drill = drillOf(day);
    await writeJson(vault, vaultKeys.report('sessions', drill), { ...REPORT, drill });
    await vault.write(vaultKeys.reportPage('sessions', drill), '<!doctype html>');
  }
  await writeJson(vault, vaultKeys.report('orders', drillOf(0)), { ...REPORT, cache: 'orders' });
  return vault;
}

describe('the reports of a cache’s drills', () => {
  it('reads the newest of the cache’s own, and nothing else that lies there', async () => {
    const vault = await vaultWith(RECENT_DRILLS + 3);
    await writeJson(vault, vaultKeys.history('sessions'), {});
    const drills = (await new Catalogue(vault).drills('sessions')).map(
      ({ cache, drill }) => `${cache} ${drill}`,
    );
    expect(drills).toEqual(
      Array.from({ length: RECENT_DRILLS }, (_, at) => `sessions ${drillOf(at + 3)}`).reverse(),
    );
  });

  it('skips a report of another version, and continues', async () => {
    const vault = await vaultWith(3);
    await writeJson(vault, vaultKeys.report('sessions', drillOf(1)), { ...REPORT, version: 2 });
    expect(await new Catalogue(vault).drills('sessions')).toHaveLength(2);
  });

  it('does not leave out what it may not read', async () => {
    const vault = await vaultWith(1);
    vault.read = () => Promise.reject(new Error('AccessDenied'));
    await expect(new Catalogue(vault).drills('sessions')).rejects.toThrow('AccessDenied');
  });
});

describe('the history', () => {
  it('is made from the reports, each time again', async () => {
    const vault = await vaultWith(2);
    await rewriteHistory(new Catalogue(vault), 'sessions');
    await writeJson(vault, vaultKeys.report('sessions', drillOf(2)), { ...REPORT, drill: drillOf(2) });
    const history = await rewriteHistory(new Catalogue(vault), 'sessions');
    expect(history.drills.map(({ drill }) => drill)).toEqual([2, 1, 0].map(drillOf));
    expect(await readHistory(vault, 'sessions')).toEqual(history);
    expect(await readHistory(vault, 'orders')).toBeUndefined();
  });

  it.each([0, 1])(
    'is not written over another run’s, which may know a later drill (%d there before)',
    async (before) => {
      const vault = await vaultWith(2);
      if (before === 1) await rewriteHistory(new Catalogue(vault), 'sessions');
      const list = vault.list.bind(vault);
      vault.list = async (prefix) => {
        const found = await list(prefix);
        vault.list = list;
        await writeJson(vault, vaultKeys.report('sessions', drillOf(2)), { ...REPORT, drill: drillOf(2) });
        await rewriteHistory(new Catalogue(vault), 'sessions');
        return found;
      };
      await expect(rewriteHistory(new Catalogue(vault), 'sessions')).rejects.toMatchObject({
        code: 'StateChanged',
      });
      expect((await readHistory(vault, 'sessions'))?.drills).toHaveLength(3);
    },
  );
});
