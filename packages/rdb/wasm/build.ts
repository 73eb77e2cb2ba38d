/**
 * Compiles the core (assembly/, AssemblyScript) to build/module.ts, a string that any bundler and Node itself can
 * import. Does nothing if that is newer than all it is made from.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { KEYS_TABLE, MAX_KEYS_TABLE_BYTES, PAGE_BYTES, STATICS } from './assembly/layout.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const SOURCES = join(FOLDER, 'assembly');
const OUT = join(FOLDER, 'build');
const MODULE = join(OUT, 'module.ts');
const BINARY = join(OUT, 'core.wasm');

/** Without the table of keys, whose size the shell chooses. */
const PAGES = KEYS_TABLE / PAGE_BYTES;
const MAX_PAGES = PAGES + MAX_KEYS_TABLE_BYTES / PAGE_BYTES;

/** In nodes of the syntax tree. */
const INLINED_SIZE = 40;

function isUpToDate(): boolean {
  if (!existsSync(MODULE)) return false;
  const builtAt = statSync(MODULE).mtimeMs;
  const sources = readdirSync(SOURCES).map((file) => join(SOURCES, file));
  return [...sources, fileURLToPath(import.meta.url)].every((file) => statSync(file).mtimeMs < builtAt);
}

async function build(): Promise<void> {
  // Only here, because loading the compiler takes half a second.
  const { default: asc } = await import('assemblyscript/asc');
  mkdirSync(OUT, { recursive: true });
  const { error, stderr } = await asc.main([
    join(SOURCES, 'index.ts'),
    '--outFile',
    BINARY,
    '-O3',
    '--converge',
    // Nothing is allocated, and every access is to a place of the layout.
    '--runtime',
    'stub',
    '--noAssert',
    '--enable',
    'simd',
    '--memoryBase',
    String(STATICS),
    '--initialMemory',
    String(PAGES),
    '--maximumMemory',
    String(MAX_PAGES),
  ]);
  if (error) {
    process.stderr.write(stderr.toString());
    throw error;
  }
  await inlineMore();
  const base64 = readFileSync(BINARY).toString('base64');
  writeFileSync(MODULE, `/** Built by packages/rdb/wasm/build.ts. */\nexport const MODULE = '${base64}';\n`);
}

/** The compiler inlines only the smallest functions; above this size inlining gains nothing and the module doubles. */
async function inlineMore(): Promise<void> {
  const { default: binaryen } = await import('assemblyscript/binaryen');
  const core = binaryen.readBinary(readFileSync(BINARY));
  const { SIMD128, BulkMemory, BulkMemoryOpt, SignExt, NontrappingFPToInt, MutableGlobals, Multivalue } =
    binaryen.Features;
  // With all features, though none more is used, the module is written in a form that Node 20 cannot read.
  core.setFeatures(
    SIMD128 | BulkMemory | BulkMemoryOpt | SignExt | NontrappingFPToInt | MutableGlobals | Multivalue,
  );
  binaryen.setOptimizeLevel(4);
  binaryen.setShrinkLevel(0);
  binaryen.setAlwaysInlineMaxSize(INLINED_SIZE);
  binaryen.setFlexibleInlineMaxSize(INLINED_SIZE);
  core.optimize();
  // What the first round has simplified can be inlined and simplified further.
  core.optimize();
  writeFileSync(BINARY, core.emitBinary());
}

if (!isUpToDate()) await build();
