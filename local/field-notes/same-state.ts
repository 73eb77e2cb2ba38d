import type { Fields } from './notes.ts';

const STATUS_FIELDS = ['Status', 'SnapshotStatus', 'CacheClusterStatus', 'status'] as const;
const ID_FIELDS = ['ReplicationGroupId', 'SnapshotName', 'CacheClusterId', 'name', 'Key'] as const;

/** The statuses of an answer, or that it was refused: what has to be the same before answers are worth comparing. */
export function stateOf(answer: { readonly output?: object; readonly error?: object }): string {
  if (answer.error !== undefined) return 'refused';
  const output: Fields = { ...answer.output };
  const statuses = [output, ...itemsOf(output)].flatMap((item) => statusOf(item) ?? []);
  return `${statuses.join(',')};${itemsOf(output).length === 0 ? 'empty' : 'items'}`;
}

export function statusOf(item: Fields): string | undefined {
  return STATUS_FIELDS.map((name) => item[name]).find((each) => typeof each === 'string') as
    | string
    | undefined;
}

export function idOf(item: Fields): string | undefined {
  return ID_FIELDS.map((name) => item[name]).find((each) => typeof each === 'string') as string | undefined;
}

export function itemsOf(output: Fields | undefined): readonly Fields[] {
  return Object.values(output ?? {}).flatMap((value) =>
    Array.isArray(value)
      ? value.filter((item): item is Fields => typeof item === 'object' && item !== null)
      : [],
  );
}
