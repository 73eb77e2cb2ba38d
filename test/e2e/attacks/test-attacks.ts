import { beforeAll, describe, expect, test } from 'vitest';
import { instantOf, slotAt } from '../../../core/model/slot.ts';
import { PLAN_TAG } from '../../../core/model/tags.ts';
import { isDueForReading } from '../../../core/watch/points-to-read.ts';
import { redrill } from '../redrill.ts';
import { HOUR_MS, MIDNIGHT, MINUTE_MS, World } from '../world.ts';
import { type Attack, type StillWorks, type Target, type UnreportedAttack, whatWorks } from './attack.ts';
import { copyPoints } from './seeded.ts';

const LOOK_MINUTES = 15;
const LOOK_MS = LOOK_MINUTES * MINUTE_MS;
/** Three points, so that each attack leaves something to fall back on. */
const SLOTS = [0, 6, 12].map((hours) => slotAt(new Date(instantOf(MIDNIGHT).getTime() + hours * HOUR_MS)));

interface Attacked extends Target {
  /** How long after the attack each code was alerted, minutes. */
  readonly toldAfter: Map<string, number>;
  /** Whether the dead man's switch received a failure that names the cache. */
  failed?: true;
  fleet?: StatusPage;
}

/**
 * Makes every attack on a cache of its own in one world, lets the watch look, and holds what people have learnt, and what
 * still works, against the table. What only the full reading of a cache's records shows is looked for twelve hours later:
 * these caches have names whose turn has just passed when the attack is made.
 */
export function testAttacks(attacks: readonly Attack[], unreported: readonly UnreportedAttack[] = []): void {
  const isSlow = ({ withinMinutes }: Attack) => withinMinutes > 2 * LOOK_MINUTES;
  const [quick, slow] = [attacks.filter((each) => !isSlow(each)), attacks.filter(isSlow)];
  const attacked = new Map<Attack | UnreportedAttack, Attacked>();
  let world: World;
  let attackedAt: number;
  /** Alerts before the last look, its own among them. */
  let seen = 0;

  beforeAll(async () => {
    world = await World.start();
    await world.create([{ id: 'seed', shards: 2, clusterMode: 'on', tags: { [PLAN_TAG]: 'session-store' } }]);
    await world.fill('seed', 200);
    for (const slot of SLOTS) await world.runSlot('session-store', slot);
    const points = await world.points('seed');
    const now = new Date(world.now);
    const names = new Map<Attack | UnreportedAttack, string>([
      ...quick.map((each, at) => [each, `attacked-${at}`] as const),
      ...[...slow, ...unreported].map((each, at) => [each, nameDueAt(now, `read-later-${at}`)] as const),
    ]);
    const copied = await copyPoints(world, points, [...names.values()]);
    for (const [each, cache] of names)
      attacked.set(each, { world, cache, points: copied.get(cache) ?? [], toldAfter: new Map() });
    return () => world.close();
  });

  /** One look of the watch at an instant: what was said of each cache since the last. */
  async function look(at = world.now): Promise<void> {
    const pings = world.demo.heartbeats.pings.length;
    await world.passUntil(at);
    // As the look is due: the clock goes from one timer to the next, and these may be minutes apart.
    const minutes = Math.floor((at - attackedAt) / MINUTE_MS);
    await world.deliver('watch-vault');
    const failures = world.demo.heartbeats.pings.slice(pings).filter(({ kind }) => kind === 'fail');
    for (const each of attacked.values()) {
      if (failures.some(({ body }) => body.includes(`\n${each.cache}: `))) each.failed = true;
      for (const { code, cache } of world.alerts.slice(seen))
        if (cache === each.cache && !each.toldAfter.has(code)) each.toldAfter.set(code, minutes);
    }
    seen = world.alerts.length;
  }

  const at = (each: Attack | UnreportedAttack): Attacked => {
    const found = attacked.get(each);
    if (found === undefined) throw new Error(`no attack was made: ${each.name}`);
    return found;
  };

  test('before the attacks nothing is reported of these caches', async () => {
    attackedAt = world.now;
    seen = world.alerts.length;
    await look();
    for (const { toldAfter, failed } of attacked.values())
      expect({ codes: [...toldAfter.keys()], failed }).toEqual({ codes: [], failed: undefined });
  });

  test('every attack is made, and the watch looks', async () => {
    for (const [{ attack }, target] of attacked) await attack(target);
    attackedAt = world.now;
    await look(attackedAt + LOOK_MS);
    // The ingests may take a quarter of an hour, and the watch does not wait for them.
    await world.deliver('find-exports');
    await look(attackedAt + 2 * LOOK_MS);
    const fleet = await statusPage(world);
    for (const each of attacked.values()) each.fleet = fleet;
  });

  for (const attack of quick) describe(attack.name, () => testRow(attack, at));

  if (slow.length + unreported.length > 0)
    test('the records of the other caches are read half a day later', async () => {
      const [{ cache = '' } = {}] = [...slow, ...unreported].map(at);
      let due = Math.ceil(world.now / LOOK_MS) * LOOK_MS;
      while (!isDueForReading(cache, new Date(due))) due += LOOK_MS;
      await look(due);
    });

  for (const attack of slow) describe(attack.name, () => testRow(attack, at));

  for (const each of unreported)
    test(`not reported: ${each.name}`, () => {
      const { toldAfter } = at(each);
      expect([...toldAfter.keys()].filter((code) => !OF_AGE.includes(code))).toEqual([]);
    });

  test('no Lambda was refused anything', () => expect(world.refusals).toEqual([]));
}

/** What is said of any cache of which no backup comes for half a day. */
const OF_AGE = ['RpoMissed', 'CacheNotFound'];

/** A cache's name whose turn of a full reading is now, and so again half a day later. */
function nameDueAt(now: Date, name: string): string {
  for (let number = 0; ; number++) {
    const cache = `${name}-${number}`;
    if (isDueForReading(cache, now)) return cache;
  }
}

function testRow(attack: Attack, at: (attack: Attack) => Attacked): void {
  const { tells, withinMinutes, stillWorks } = attack;
  test('is reported', async () => {
    const { toldAfter, failed } = at(attack);
    for (const code of tells.alerts ?? []) {
      expect([...toldAfter.keys()]).toContain(code);
      expect(toldAfter.get(code)).toBeLessThanOrEqual(withinMinutes);
    }
    if (tells.heartbeat !== undefined) expect(failed).toBe(true);
    if (tells.status !== undefined) await expectProblems(at(attack), tells.status);
  });

  for (const each of stillWorks)
    test(`leaves it possible: ${whatWorks(each)}`, () => tryOut(each, at(attack)));
}

interface StatusPage {
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  readonly caches: readonly {
    readonly cache: string;
    readonly problems: readonly { readonly code: string }[];
  }[];
}

async function statusPage(world: World, ...cache: readonly string[]): Promise<StatusPage> {
  const { out } = await redrill(world, 'status', ...cache, '--json');
  return JSON.parse(out) as StatusPage;
}

/** Codes that a page of `redrill status` has of a cache; what is said of the vault names the cache. */
function problemsOf(cache: string, { problems, caches }: StatusPage): readonly string[] {
  const ofVault = problems.filter(({ message }) => message.startsWith(`${cache} `));
  const own = caches.filter((each) => each.cache === cache).flatMap((each) => each.problems);
  return [...ofVault, ...own].map(({ code }) => code);
}

/** The page of all caches first: a page of one cache costs a second. */
async function expectProblems({ world, cache, fleet }: Attacked, codes: readonly string[]): Promise<void> {
  const found = problemsOf(cache, fleet ?? { problems: [], caches: [] });
  if (codes.every((code) => found.includes(code))) return;
  expect(problemsOf(cache, await statusPage(world, cache))).toEqual(expect.arrayContaining([...codes]));
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
