import type { RecoveryPoint, RegistryEntry } from '../../../core/contracts/recovery-point.ts';
import { snapshotNameOf } from '../../../core/model/names.ts';
import { parseSlot, type Slot } from '../../../core/model/slot.ts';
import type { Tier } from '../../../core/model/tier.ts';
import type { Verdict } from '../../../core/model/verdict.ts';
import type { ReleaseDecision } from '../../../core/retention/decide-releases.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { pointOf } from '../core/facts.ts';

export function point(
  slot: string,
  tier: Tier,
  verdict: Verdict = 'verified',
  cache = 'sessions',
): RecoveryPoint {
  const at: Slot = parseSlot(slot);
  return pointOf({ cache, slot: at, tier, verdict, snapshot: snapshotNameOf(cache, at) });
}

export async function catalogueWith(...points: readonly RecoveryPoint[]) {
  const store = new MemoryStore();
  const catalogue = new Catalogue(store);
  for (const each of points) await catalogue.enter(each);
  return { store, catalogue };
}

export const MONTHLY = point('20261101T000000Z', 'monthly');
export const WEEKLY = point('20261116T000000Z', 'weekly');
export const DAILY = point('20261121T000000Z', 'daily');
export const HOURLY = point('20261121T060000Z', 'hourly');
export const SUSPECT = point('20261121T120000Z', 'hourly', 'suspect');
export const OTHERS = point('20261121T060000Z', 'hourly', 'verified', 'sessions-2');

/** The decision that releases this point. */
export function releasing(released: RecoveryPoint): ReleaseDecision<RecoveryPoint> {
  return { keep: [], release: [{ point: released, why: 'a test' }] };
}

export function entryOf(entry: RegistryEntry | undefined): RegistryEntry {
  if (entry === undefined) throw new Error('no entry');
  return entry;
}

export async function contentsOf(store: MemoryStore) {
  const heads = await store.list('');
  return Promise.all(
    heads.map(async ({ key }) => ({ key, text: new TextDecoder().decode((await store.read(key))?.body) })),
  );
}

export function diesAfter(store: MemoryStore, writes: number): MemoryStore {
  let left = writes;
  return wrapped(store, async (write) => {
    if (left-- === 0) throw new Error('killed');
    return write();
  });
}

/** Lets something else happen right before the first write of the registry. */
export function racingStore(store: Catalogue['vault'], meanwhile: () => Promise<void>) {
  let raced = false;
  return wrapped(store, async (write, key) => {
    if (key.startsWith('registry/') && !raced) {
      raced = true;
      await meanwhile();
    }
    return write();
  });
}

function wrapped(
  store: Catalogue['vault'],
  around: (write: () => ReturnType<MemoryStore['write']>, key: string) => ReturnType<MemoryStore['write']>,
): MemoryStore {
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'write')
        return (...order: Parameters<MemoryStore['write']>) => around(() => target.write(...order), order[0]);
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  }) as MemoryStore;
}
