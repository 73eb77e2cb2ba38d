import { CfnResource, TagManager } from 'aws-cdk-lib';
import type { IConstruct, IMixin } from 'constructs';
import { AppError } from '../core/model/errors.ts';
import { PLAN_TAG } from '../core/model/tags.ts';
import { allHalves, type ProtectOptions } from './half.ts';

const PROTECTABLE: readonly string[] = [
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::ElastiCache::CacheCluster',
  'AWS::ElastiCache::ServerlessCache',
];

/** Caches that Redrill cannot back up, and what they are called. */
const OTHER_CACHES: Readonly<Record<string, string>> = {
  'AWS::ElastiCache::GlobalReplicationGroup': 'a global datastore; use it on its primary replication group',
};

/**
 * Protects replication groups, clusters of one Redis OSS node outside a group, and serverless caches, by the tag
 * `redrill:plan`: `cache.with(new Protected({ plan: 'orders' }))`. On a stack or another construct it protects every such cache inside, and
 * refuses caches that Redrill cannot back up. Redrill finds the cache by its tag; it watches the cache from its first copy on.
 */
export class Protected implements IMixin {
  readonly #plan: string;

  constructor({ plan }: ProtectOptions) {
    this.#plan = plan;
  }

  supports(construct: IConstruct): boolean {
    const type = typeOf(construct);
    return PROTECTABLE.includes(type) || Object.hasOwn(OTHER_CACHES, type);
  }

  /** @throws AppError `BadConfig` if it is not a cache that Redrill can back up */
  applyTo(construct: IConstruct): void {
    const type = typeOf(construct);
    const tags = TagManager.of(construct);
    if (!PROTECTABLE.includes(type) || tags === undefined || isMemcached(construct))
      throw new AppError(
        'BadConfig',
        `${construct.node.path} is ${nameOf(construct)}; Redrill protects replication groups, Redis OSS clusters and serverless caches (${PROTECTABLE.join(', ')}) only`,
      );
    tags.setTag(PLAN_TAG, this.#plan);
    construct.node.addValidation({ validate: () => this.#unknownPlan(construct) });
  }

  /** Of Redrill in the same app; another app's plans are not known here. */
  #unknownPlan(cache: IConstruct): string[] {
    const plans = allHalves(cache).map(({ config }) => Object.keys(config.plans));
    if (plans.every((each) => each.includes(this.#plan))) return [];
    return [
      `there is no plan '${this.#plan}' for this cache; use one of ${[...new Set(plans.flat())].join(', ')}`,
    ];
  }
}

function isMemcached(construct: IConstruct): boolean {
  return 'engine' in construct && construct.engine === 'memcached';
}

function nameOf(construct: IConstruct): string {
  const type = typeOf(construct);
  return isMemcached(construct) ? 'a Memcached cluster' : (OTHER_CACHES[type] ?? (type || 'not a resource'));
}

function typeOf(construct: IConstruct): string {
  return CfnResource.isCfnResource(construct) ? construct.cfnResourceType : '';
}
