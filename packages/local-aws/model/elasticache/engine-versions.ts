import { NotModelledError } from '../service.ts';
import { invalidCombination } from './refusals.ts';

export type Engine = 'valkey' | 'redis';

/** A version that can be ordered, and what is reported of a node that runs it. */
export interface EngineVersion {
  readonly engine: Engine;
  /** As it is ordered: since Redis OSS 6 by major and minor alone. */
  readonly ordered: string;
  /** As DescribeCacheClusters and DescribeSnapshots report it, patch level included. */
  readonly reported: string;
  /** Of the parameter group that fits. */
  readonly family: string;
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html; the first of an engine is its default. */
export const ENGINE_VERSIONS: readonly EngineVersion[] = [
  { engine: 'valkey', ordered: '8.0', reported: '8.0.1', family: 'valkey8' },
  { engine: 'valkey', ordered: '7.2', reported: '7.2.6', family: 'valkey7' },
  { engine: 'valkey', ordered: '8.1', reported: '8.1.0', family: 'valkey8' },
  { engine: 'valkey', ordered: '8.2', reported: '8.2.0', family: 'valkey8' },
  { engine: 'valkey', ordered: '9.0', reported: '9.0.0', family: 'valkey9' },
  { engine: 'redis', ordered: '7.1', reported: '7.1.0', family: 'redis7' },
  { engine: 'redis', ordered: '7.0', reported: '7.0.7', family: 'redis7' },
  { engine: 'redis', ordered: '6.2', reported: '6.2.6', family: 'redis6.x' },
];

/** Engine and version of a request. A patch level is refused, as ElastiCache does: it chooses that itself. */
export function parseEngine(engine: string | undefined, version: string | undefined): EngineVersion {
  const name = engine ?? 'redis';
  if (name !== 'valkey' && name !== 'redis') throw new NotModelledError(`the engine ${name} of ElastiCache`);
  const ofEngine = ENGINE_VERSIONS.filter((candidate) => candidate.engine === name);
  const found = ofEngine.find(({ ordered }) => version === undefined || ordered === version);
  if (found !== undefined) return found;
  const [major, minor] = (version ?? '').split('.');
  if ((version ?? '').split('.').length > 2) {
    throw invalidCombination(
      `Specific version selection is not allowed for '${version}', please use '${major}.${minor}'`,
    );
  }
  throw noSuchVersion(version, name);
}

export function noSuchVersion(version: string | undefined, engine: string): Error {
  return invalidCombination(`Cannot find version ${version} for ${engine}`);
}
