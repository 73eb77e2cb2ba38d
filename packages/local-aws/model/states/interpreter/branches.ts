import type { Json } from './paths.ts';
import type { Scope } from './scope.ts';

interface Together {
  /** How many run at the same time. */
  readonly atOnce: number;
  /** The branches and nothing else run in this scope. */
  readonly scope: Scope;
}

/**
 * Starts a branch for each item in their order, and returns the results in the same order. When a branch fails, the others
 * end; a Task that already runs continues, and its result is ignored:
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
 */
export async function together<Item>(
  items: readonly Item[],
  { atOnce, scope }: Together,
  branch: (item: Item, index: number) => Promise<Json>,
): Promise<readonly Json[]> {
  const results: Json[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) {
      if (scope.isOver) return;
      try {
        results[index] = await branch(item, index);
      } catch (error) {
        scope.end();
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
