import { afterAll, beforeAll, expect, test } from 'vitest';
import { MIDNIGHT, World } from './world.ts';
import { DEMO_FAULTS } from '../../local/demo/faults.ts';
import { travel } from '../../local/demo/journey.ts';
import { Progress } from '../../local/demo/progress.ts';
import { summarise } from '../../local/demo/summary.ts';
import { leaks } from './canaries.ts';

let world: World;
beforeAll(async () => {
  const t0 = performance.now();
  const lap = (what: string) => console.log(what, ((performance.now() - t0) / 1000).toFixed(1), JSON.stringify(process.cpuUsage()));
  world = await World.start();
  lap('started');
  await travel(world.demo, { keys: 3000, progress: new Progress((l) => lap(l)), fault: undefined });
  lap('travelled');
  const start = world.aws.logs.groups.flatMap(g => world.aws.logs.lines(g).filter(l => l.message.includes('INIT_START') || l.message.startsWith('START')).map(l=>g.name));
  console.log(start.length);
  return async () => { await world.close(); lap('closed'); };
});
test('x', async () => {
  console.log(await summarise(world.demo));
  console.log(leaks(world.aws, world.demo.heartbeats.pings));
  console.log(world.alerts, world.ends, world.refusals);
  const envs = new Map();
  for (const g of world.aws.logs.groups) { const s = new Set(world.aws.logs.lines(g).map(l => l.stream)); console.log(g.name, s.size); }
});
