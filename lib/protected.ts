import { CfnResource, TagManager } from 'aws-cdk-lib';
import type { IConstruct, IMixin } from 'constructs';
import { AppError } from '../core/model/errors.ts';
import { PLAN_TAG } from '../core/model/tags.ts';
import { allHalves, type ProtectOptions } from './half.ts';

const PROTECTABLE = 'AWS::ElastiCache::ReplicationGroup';

/** Caches that Redrill cannot back up, and what they are called. */
const OTHER_CACHES: Readonly<Record<string, string>> = {
  'AWS::ElastiCache::ServerlessCache': 'a serverless cache',
  'AWS::ElastiCache::CacheCluster': 'a cluster outside a replication group',
  'AWS::ElastiCache::GlobalReplicationGroup': 'a global datastore; use it on its primary replication group',
};

/**
 * Protects replication groups by the tag `redrill:plan`: `cache.with(new Protected({ plan: 'orders' }))`. On a stack or
 * another construct it protects every replication group inside, and refuses caches that Redrill cannot back up. Redrill
 * finds the cache by its tag; it watches the cache from its first copy on.
 */
export class Protected implements IMixin {
  readonly #plan: string;

  constructor({ plan }: ProtectOptions) {
    this.#plan = plan;
  }

  supports(construct: IConstruct): boolean {
    const type = typeOf(construct);
    return type === PROTECTABLE || Object.hasOwn(OTHER_CACHES, type);
  }

  /** @throws AppError `BadConfig` if it is not a replication group */
  applyTo(construct: IConstruct): void {
    const type = typeOf(construct);
    const tags = TagManager.of(construct);
    if (type !== PROTECTABLE || tags === undefined)
      throw new AppError(
        'BadConfig',
        `${construct.node.path} is ${OTHER_CACHES[type] ?? (type || 'not a resource')}; Redrill protects replication groups (${PROTECTABLE}) only`,
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

function typeOf(construct: IConstruct): string {
  return CfnResource.isCfnResource(construct) ? construct.cfnResourceType : '';
}
