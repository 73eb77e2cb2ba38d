import { cacheOfDrillDescription } from '../../core/model/drill-description.ts';
import { DRILL_TAG } from '../../core/model/tags.ts';
import type { ClusterView, DrillElastiCache } from '../../core/ports.ts';

/**
 * The cache whose drill created the cluster; empty if no drill did. ElastiCache returns tags of `available` clusters only: of
 * one that failed or never came up, the description decides, and IAM allows no deletion of a cluster without a drill's tag.
 * https://github.com/hashicorp/terraform-provider-aws/issues/41416 (checked 2026-11-23)
 */
export async function cacheOfDrill(
  { arn, status, description = '' }: ClusterView,
  elasticache: Pick<DrillElastiCache, 'tagsOf'>,
): Promise<string> {
  if (status !== 'available') return cacheOfDrillDescription(description) ?? '';
  return ((await elasticache.tagsOf(arn))[DRILL_TAG] ?? '').split('/')[0] ?? '';
}
