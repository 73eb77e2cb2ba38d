/**
 * Makes the fixture of a release with the code of that release: `npm run release-fixture`. Later releases read it, so it is
 * made once, from the commit of the release, and never again.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { DEFAULT_ACCOUNT } from '@redrill/local-aws/cloudformation';
import { parseConfig } from '../../core/contracts/parse-config.ts';
import { VERSION } from '../../core/model/version.ts';
import { World } from '../e2e/world.ts';
import { pack } from './archive.ts';
import { bucketsOf } from './installed.ts';
import { Traveller } from './journey.ts';
import { type Promises, RELEASES } from './release.ts';
import { storeVersions } from './stored-versions.ts';

const PROJECT = join(import.meta.dirname, '../..');
/** Redis 7.0 writes it, the oldest server that the tests run on; a later server's files would be refused there. */
const RDB_VERSION = 10;

const target = join(RELEASES, VERSION);
if (existsSync(target)) throw new Error(`${target} is there: a release is made once; set the version first`);
const folder = await mkdtemp(join(tmpdir(), 'redrill-release-'));
try {
  await make();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function make(): Promise<void> {
  const configurations = await knownConfigurations();
  const assembly = join(folder, 'assembly');
  await synthesise(assembly);
  const world = await World.start({
    deployed: { folder: assembly, config: parseConfig(configurations['redrill.config.ts']) },
  });
  try {
    const journey = await new Traveller(world, folder).travel();
    await storeVersions(join(folder, 'stored'), world.aws, bucketsOf(world));
    const promises = await promisesOf(world, journey.contents);
    mkdirSync(target, { recursive: true });
    writeJson('promises.json', promises);
    writeJson('configurations.json', configurations);
    writeJson('recover-state.json', JSON.parse(journey.recoverState));
  } finally {
    await world.close();
  }
  const parts = /^(cdk\.out|manifest\.json|asset\..+|.+\.(template|assets)\.json)$/;
  pack(
    assembly,
    readdirSync(assembly).filter((name) => parts.test(name)),
    join(target, 'assembly.tar.zst'),
  );
  pack(join(folder, 'stored'), ['.'], join(target, 'stored.tar.zst'));
}

async function synthesise(CDK_OUTDIR: string): Promise<void> {
  const env = { ...process.env, CDK_OUTDIR, CDK_VALIDATION: 'false', CDK_DEFAULT_ACCOUNT: DEFAULT_ACCOUNT };
  await promisify(execFile)(process.execPath, [join(PROJECT, 'bin/app.ts')], { cwd: PROJECT, env });
}

/** As people write them: the demo's and the examples. */
async function knownConfigurations(): Promise<Record<string, unknown>> {
  const examples = readdirSync(join(PROJECT, 'examples')).filter((name) => name.endsWith('.config.ts'));
  const files = ['redrill.config.ts', ...examples.map((name) => `examples/${name}`)];
  const read = files.map(async (file) => [file, (await import(join(PROJECT, file))).default] as const);
  return Object.fromEntries(await Promise.all(read));
}

async function promisesOf(world: World, contents: Traveller['contents']): Promise<Promises> {
  const points = await world.points();
  const versions = points.flatMap(({ shards }) =>
    shards.flatMap((shard) => (shard.sound ? shard.content.rdb.version : [])),
  );
  if (versions.some((version) => version > RDB_VERSION))
    throw new Error(
      `the server wrote RDB ${Math.max(...versions)}; make the fixture with Redis 7.0 (RDB ${RDB_VERSION})`,
    );
  return {
    release: VERSION,
    endsAt: new Date(world.now).toISOString(),
    points: points.map(({ cache, slot, tier, verdict, accepted, totals }) => {
      const name = `${cache}/${slot}`;
      const content = contents[name];
      return {
        name,
        tier,
        verdict,
        isAccepted: accepted !== undefined,
        keys: totals.keys,
        ...(content === undefined ? {} : { content }),
      };
    }),
  };
}

/** In the form in which the formatter leaves it. */
function writeJson(name: string, value: unknown): void {
  writeFileSync(join(target, basename(name)), `${JSON.stringify(value, undefined, 2)}\n`);
}
