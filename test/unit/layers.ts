/** What the code of a folder may import: folders and workspace packages of this repository, and packages of npm. */
export interface Layer {
  readonly folder: string;
  readonly own: readonly string[];
  /** @default any */
  readonly npm?: readonly string[];
}

const PRODUCT = ['core', 'adapters', 'vault', 'watch', 'live'];

/** AGENTS.md shows these; imports.test.ts holds them. The first folder that a file is in decides. */
export const LAYERS: readonly Layer[] = [
  { folder: 'packages/rdb/testing', own: ['packages/rdb'] },
  { folder: 'packages/rdb/bench', own: ['packages/rdb'] },
  { folder: 'packages/rdb/test', own: ['packages/rdb'] },
  { folder: 'packages/rdb/fixtures', own: ['packages/rdb'] },
  { folder: 'packages/rdb/wasm/build.ts', own: ['packages/rdb'] },
  { folder: 'packages/rdb', own: [], npm: [] },
  { folder: 'packages/local-aws', own: ['@redrill/rdb'] },
  { folder: 'core', own: [], npm: ['zod'] },
  { folder: 'adapters', own: ['core', '@redrill/rdb'] },
  { folder: 'vault', own: ['core', 'adapters', '@redrill/rdb'] },
  { folder: 'watch', own: ['core', 'adapters', 'vault'] },
  { folder: 'live', own: ['core', 'adapters', 'vault', '@redrill/rdb'] },
  { folder: 'ship', own: ['core', 'adapters', 'live', '@redrill/rdb'] },
  { folder: 'lambdas', own: PRODUCT },
  { folder: 'lib', own: ['core/contracts', 'core/model'] },
  { folder: 'simulate', own: [...PRODUCT, 'lambdas', 'lib', '@redrill/rdb', '@redrill/local-aws'] },
  { folder: 'bin', own: ['lib', 'adapters', 'core'] },
  { folder: 'cli', own: [...PRODUCT, 'ship', 'lib', 'demo', '@redrill/rdb', '@redrill/local-aws'] },
  { folder: 'demo', own: [...PRODUCT, 'redrill.config.ts', '@redrill/rdb', '@redrill/local-aws'] },
];
