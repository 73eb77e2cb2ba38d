import { beforeAll, describe, expect, test } from 'vitest';
import { instantOf, slotAt } from '../../../core/model/slot.ts';
import { PLAN_TAG } from '../../../core/model/tier.ts';
import { redrill } from '../redrill.ts';
import { HOUR_MS, MIDNIGHT, MINUTE_MS, World } from '../world.ts';
import { type Attack, type StillWorks, type Target, whatWorks } from './attack.ts';
import { copyPoints } from './seeded.ts';

const LOOK_MINUTES = 15;
/** Three points, so that each attack leaves something to fall back on. */
const SLOTS = [0, 6, 12].map((hours) => slotAt(new Date(instantOf(MIDNIGHT).getTime() + hours * HOUR_MS)));

interface Attacked extends Attack, Target {
  /** How long after the attack each code was alerted, minutes. */
  readonly toldAfter: Map<string, number>;
}

/**
 * Makes every attack on a cache of its own in one world, lets the watch look as often as the slowest attack allows for, and
 * holds what people have learnt, and what still works, against the table.
 */
export function testAttacks(attacks: readonly Attack[]): void {
  const attacked: Attacked[] = [];
  const namedFail = new Set<string>();
  let world: World;

  beforeAll(async () => {
    world = await World.start();
    await world.create([{ id: 'seed', shards: 2, clusterMode: 'on', tags: { [PLAN_TAG]: 'session-store' } }]);
    await world.fill('seed', 200);
    for (const slot of SLOTS) await world.runSlot('session-store', slot);
    const points = await world.points('seed');
    const caches = attacks.map((_, at) => `attacked-${at}`);
    const copied = await copyPoints(world, points, caches);
    for (const [at, attack] of attacks.entries()) {
      const cache = caches[at] ?? '';
      attacked.push({ ...attack, world, cache, points: copied.get(cache) ?? [], toldAfter: new Map() });
    }
    return () => world.close();
  });

  /** One look of the watch. @returns the codes that people were told of each cache */
  async function look(): Promise<ReadonlyMap<string, readonly string[]>> {
    const [alerts, pings] = [world.alerts.length, world.demo.heartbeats.pings.length];
    await world.deliver('find-exports');
    await world.deliver('watch-vault');
    for (const { kind, body } of world.demo.heartbeats.pings.slice(pings))
      for (const { cache } of attacked)
        if (kind === 'fail' && body.includes(`\n${cache}: `)) namedFail.add(cache);
    const told = world.alerts.slice(alerts);
    return new Map(
      attacked.map(({ cache }) => [
        cache,
        told.filter((alert) => alert.cache === cache).map(({ code }) => code),
      ]),
    );
  }

  test('before the attacks nothing is told of these caches', async () => {
    const told = await look();
    for (const { cache } of attacked) expect(told.get(cache)).toEqual([]);
    expect(namedFail).toEqual(new Set());
  });

  test('every attack is made, and the watch looks every 15 minutes', async () => {
    for (const each of attacked) await each.attack(each);
    const longest = Math.max(...attacks.map(({ withinMinutes }) => withinMinutes));
    for (let minutes = LOOK_MINUTES; minutes <= longest; minutes += LOOK_MINUTES) {
      await world.pass(LOOK_MINUTES * MINUTE_MS);
      const told = await look();
      for (const { cache, toldAfter } of attacked)
        for (const code of told.get(cache) ?? []) if (!toldAfter.has(code)) toldAfter.set(code, minutes);
    }
  });

  const at = (index: number): Attacked => {
    const found = attacked[index];
    if (found === undefined) throw new Error(`attack ${index} was not made`);
    return found;
  };

  describe.each(attacks.map((attack, index) => ({ ...attack, index })))('$name', ({ index, stillWorks }) => {
    test('is told', async () => {
      const { cache, tells, withinMinutes, toldAfter } = at(index);
      for (const code of tells.alerts ?? []) {
        expect([...toldAfter.keys()]).toContain(code);
        expect(toldAfter.get(code)).toBeLessThanOrEqual(withinMinutes);
      }
      if (tells.heartbeat !== undefined) expect(namedFail).toContain(cache);
      if (tells.status !== undefined)
        expect(await problemsOf(at(index))).toEqual(expect.arrayContaining([...tells.status]));
    });

    for (const each of stillWorks)
      test(`leaves it possible: ${whatWorks(each)}`, () => tryOut(each, at(index)));
  });

  test('no Lambda was refused anything', () => expect(world.refusals).toEqual([]));
}

async function problemsOf({ world, cache }: Target): Promise<readonly string[]> {
  const { out } = await redrill(world, 'status', cache, '--json');
  const { caches, problems } = JSON.parse(out) as {
    readonly problems: readonly { readonly code: string }[];
    readonly caches: readonly { readonly problems: readonly { readonly code: string }[] }[];
  };
  return [...problems, ...caches.flatMap((each) => each.problems)].map(({ code }) => code);
}

async function tryOut(works: StillWorks, target: Target): Promise<void> {
  if (typeof works !== 'string') return works.check(target);
  const { world, cache, points } = target;
  const line = works
    .replaceAll('<cache>', cache)
    .replaceAll('<slot>', points.at(-1)?.slot ?? '')
    .replaceAll('<before>', points.at(-2)?.slot ?? '');
  const { status, err } = await redrill(world, ...line.split(' '));
  expect({ status, err: status === 0 ? '' : err }).toEqual({ status: 0, err: '' });
}
