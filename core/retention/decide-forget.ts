import type { Config } from '../contracts/config.ts';
import { planNames } from '../contracts/servers.ts';
import { PLAN_TAG } from '../model/tags.ts';
import type { SourceCache } from '../ports.ts';

/** What the source region says of a cache; `unseen` says why nobody could look. */
export type SourceSight =
  | { readonly found: SourceCache | undefined; readonly taggedPlan: string | undefined }
  | { readonly unseen: string };

export interface ForgetRequest {
  readonly cache: string;
  readonly account: string;
  readonly config: Pick<Config, 'caches' | 'source'>;
  readonly sight: SourceSight;
  /** The person has said that it may still exist. */
  readonly evenIfItExists: boolean;
}

/**
 * Why a cache cannot be forgotten, and what to do first; undefined if nothing speaks against it. What would be backed up
 * again at the next slot is never forgotten; and what exists, or may, only if the person says so.
 */
export function whyNotForget(request: ForgetRequest): string | undefined {
  const { cache, account, config, sight, evenIfItExists } = request;
  const { region } = config.source;
  const named = planNames(config)[cache];
  if (named !== undefined) {
    const where = Object.hasOwn(config.caches, cache) ? 'caches' : 'servers';
    return `the configuration names ${cache} (plan ${named}); remove it from ${where} there and deploy, then forget it`;
  }
  if ('unseen' in sight) {
    if (evenIfItExists) return undefined;
    return `whether ${cache} still exists in ${region} could not be checked (${sight.unseen}); if you know that it was deleted, add --even-if-it-exists`;
  }
  if (sight.taggedPlan !== undefined)
    return (
      `${cache} carries the tag ${PLAN_TAG}=${sight.taggedPlan}, so the next slot backs it up; remove it first: ` +
      `aws elasticache remove-tags-from-resource --region ${region} --tag-keys ${PLAN_TAG} ` +
      `--resource-name ${sight.found?.lineage?.arn ?? `arn:aws:elasticache:${region}:${account}:replicationgroup:${cache}`}`
    );
  if (sight.found === undefined || evenIfItExists) return undefined;
  return `${cache} still exists in ${region} (${sight.found.status}) and is no longer backed up; if this is intended, add --even-if-it-exists`;
}
