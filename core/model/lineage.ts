/**
 * A cache that is deleted and made anew under its name is another cache: a lineage of its own. It is known by when
 * ElastiCache created the replication group or the cluster, to the second, as `20261121T061502Z`; ids sort by age.
 */
export type LineageId = string;

export const LINEAGE_FORM = /^\d{8}T\d{6}Z$/;

export function lineageIdOf(createdAt: string): LineageId {
  return `${new Date(createdAt).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** As it is kept in a summary, or as ElastiCache tells it. */
interface WithLineage {
  readonly lineage?: LineageId | { readonly createdAt: string } | undefined;
}

/** The lineage of a record, a seal or a summary; undefined if it does not tell. */
export function lineageIn({ lineage }: WithLineage): LineageId | undefined {
  return typeof lineage === 'object' ? lineageIdOf(lineage.createdAt) : lineage;
}

/** What is not known, as in records of before it was noted, may be of any lineage. */
export function isSameLineage(one: LineageId | undefined, other: LineageId | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/** `2026-11-21 06:15:02 UTC` */
export function readableLineage(id: LineageId): string {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(id) ?? [];
  return `${year}-${month}-${day} ${hour}:${minute}:${second} UTC`;
}
