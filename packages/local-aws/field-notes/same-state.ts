import type { Fields, NotedCall } from './notes.ts';

const STATUS_FIELDS = ['Status', 'SnapshotStatus', 'CacheClusterStatus', 'status'] as const;
const ID_FIELDS = ['ReplicationGroupId', 'SnapshotName', 'CacheClusterId', 'name', 'Key'] as const;
/** What names the thing that a call is about, in its input. */
const SUBJECT_FIELDS = [...ID_FIELDS, 'Prefix', 'executionArn', 'stateMachineArn', 'ResourceName', 'Bucket'];

/** What a look shows: the statuses of an answer, `nothing`, `something`, or `refused`, whatever the code. */
export function stateOf({ output, error }: { readonly output?: object; readonly error?: object }): string {
  if (error !== undefined) return 'refused';
  const fields: Fields = { ...output };
  const items = itemsOf(fields);
  const statuses = [fields, ...items].flatMap((item) => statusOf(item) ?? []);
  if (statuses.length > 0) return statuses.join(', ');
  if ('ETag' in fields) return 'something';
  return items.length === 0 ? 'nothing' : 'something';
}

/** Only what reads shows a state, and can be called as often as need be. */
export const isReading = ({ operation }: Pick<NotedCall, 'operation'>): boolean =>
  /^(?:Describe|List|Head|Get)/.test(operation);

/** The same for the looks at one thing, by the same operation. */
export const keyOf = ({ service, operation, input }: NotedCall): string =>
  `${service}.${operation} ${JSON.stringify(input)}`;

/** What a call is about, for people. */
export function subjectOf({ input }: Pick<NotedCall, 'input'>): string {
  const found = SUBJECT_FIELDS.map((name) => input[name]).find((each) => typeof each === 'string');
  return String(found ?? 'all');
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
