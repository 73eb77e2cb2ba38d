import type { ObjectHead } from '../ports.ts';

/**
 * The files of a snapshot's export, in the order of their names. The documentation shows `<snapshot>-0001.rdb` and does not
 * say how those of further shards are numbered, so any number is taken: node group ids have gaps after a resharding, and
 * owners may choose them.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html (checked 2026-11-23)
 */
export function exportFiles(snapshot: string, objects: readonly ObjectHead[]): readonly ObjectHead[] {
  return objects
    .filter(({ key }) => key.startsWith(`${snapshot}-`) && key.endsWith('.rdb'))
    .sort((one, other) => (one.key < other.key ? -1 : 1));
}
