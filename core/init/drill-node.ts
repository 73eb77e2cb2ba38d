import { presets } from '../contracts/presets.ts';
import { NODE_TYPES, usableBytesOf } from '../model/node-types.ts';
import { fullShardBytes, type ListedCache } from './listed-cache.ts';
import type { PresetName } from './propose-preset.ts';

export interface DrillNode {
  readonly nodeType: string;
  /** At most two, each as large. */
  readonly fallbackNodeTypes: readonly string[];
}

const FALLBACKS = 2;

/**
 * The node that drills of a plan need, if the one of the preset cannot hold a full shard of the largest cache on it.
 * Undefined if it can, or if the node types of the caches are not known.
 */
export function drillNodeFor(preset: PresetName, caches: readonly ListedCache[]): DrillNode | undefined {
  const plan = presets[preset];
  if (!('drill' in plan)) return undefined;
  const [largest] = caches.toSorted(
    (one, other) => (fullShardBytes(other) ?? 0) - (fullShardBytes(one) ?? 0),
  );
  const need = largest === undefined ? undefined : fullShardBytes(largest);
  if (need === undefined || need <= (usableBytesOf(plan.drill.nodeType) ?? 0)) return undefined;
  const nodeType = largest?.nodeType ?? '';
  const fallbackNodeTypes = NODE_TYPES.filter(
    (each) => each !== nodeType && (usableBytesOf(each) ?? 0) >= need,
  ).slice(0, FALLBACKS);
  return { nodeType, fallbackNodeTypes };
}
