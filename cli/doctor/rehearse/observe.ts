import type { FieldNotes, Fields, NotedCall } from '@redrill/local-aws/field-notes';
import { QUESTIONS, type QuestionId } from '@redrill/local-aws/readings';
import type { RehearsalOutput } from './contract.ts';

/** What one answer of AWS shows. */
interface Seen {
  readonly reading: string;
  readonly answer: string;
}

type Find = (calls: readonly NotedCall[]) => Seen | undefined;

/** Each open question about AWS: confirmed if the answer is the one that Redrill's local AWS gives, refuted if another. */
export function judged({ calls }: FieldNotes): RehearsalOutput['assumptions'] {
  return (Object.keys(QUESTIONS) as QuestionId[]).map((id) => {
    const seen = FINDS[id]?.(calls);
    if (seen === undefined) return { id, verdict: 'not met' as const };
    return {
      id,
      verdict: seen.reading === QUESTIONS[id].usual ? ('confirmed' as const) : ('refuted' as const),
      ...seen,
    };
  });
}

/** What notes can show; exported so that docs/assumptions.md claims no more. */
export const FINDS: Readonly<Partial<Record<QuestionId, Find>>> = {
  'snapshot-membership': (calls) =>
    first(snapshotsIn(calls), (snapshot) =>
      seen(
        snapshot.ReplicationGroupId === undefined ? 'node' : 'both',
        'DescribeSnapshots',
        namesOf(snapshot, ['CacheClusterId', 'ReplicationGroupId']),
      ),
    ),
  'snapshot-filter': (calls) => {
    const by = (filter: string) =>
      calls.filter(
        ({ operation, input, output }) => operation === 'DescribeSnapshots' && filter in input && output,
      );
    const found = (some: readonly NotedCall[]) =>
      some.some(({ output }) => listIn(output, 'Snapshots').length > 0);
    if (!found(by('CacheClusterId'))) return undefined;
    return seen(
      found(by('ReplicationGroupId')) ? 'finds' : 'misses',
      'DescribeSnapshots',
      'by CacheClusterId and by ReplicationGroupId',
    );
  },
  'snapshotting-status': (calls) => {
    const during = between(calls, (snapshot) => snapshot.SnapshotStatus === 'creating');
    return first(
      during.flatMap((call) => groupsIn([call])),
      ({ Status }) =>
        Status === 'snapshotting' || Status === 'available'
          ? seen(Status, 'DescribeReplicationGroups', `Status ${Status} while the snapshot is creating`)
          : undefined,
    );
  },
  'second-snapshot': (calls) =>
    first(
      between(calls, ({ SnapshotStatus }) => SnapshotStatus === 'creating'),
      (call) => {
        if (call.operation !== 'CreateSnapshot') return undefined;
        const { error } = call;
        if (error === undefined)
          return seen('queued', call.operation, 'accepted while another one is creating');
        return /State/.test(error.code) ? seen('refused', call.operation, error.code) : undefined;
      },
    ),
  'tags-of-busy': (calls) =>
    first(calls, ({ operation, error }) => {
      if (operation !== 'ListTagsForResource' || error === undefined) return undefined;
      if (/^CacheClusterNotFound/.test(error.code)) return seen('not-found', operation, error.code);
      return /State/.test(error.code) ? seen('invalid-state', operation, error.code) : undefined;
    }),
  'rdb-version': (calls) =>
    first(calls, ({ operation, output }) =>
      operation === 'DescribeExecution' &&
      output?.status === 'SUCCEEDED' &&
      /:redrill-drill:/.test(String(output.executionArn))
        ? seen('known', operation, 'the drill, which takes verified copies only, SUCCEEDED')
        : undefined,
    ),
  'exporting-status': (calls) => {
    const statuses = snapshotsIn(calls).map(({ SnapshotStatus }) => SnapshotStatus);
    const met = ['exporting', 'copying'].find((status) => statuses.includes(status));
    return met === undefined ? undefined : seen(met, 'DescribeSnapshots', `SnapshotStatus ${met}`);
  },
  'export-file-numbers': (calls) =>
    first(exportedIn(calls), ({ Key }) =>
      seen(/-0001\.rdb$/.test(String(Key)) ? 'consecutive' : 'node-group-id', 'ListObjectsV2', String(Key)),
    ),
  'exported-objects': (calls) =>
    first(exportedIn(calls), ({ ETag }) =>
      seen(/-\d+"?$/.test(String(ETag)) ? 'multipart' : 'single-part', 'ListObjectsV2', `ETag ${ETag}`),
    ),
  'exported-checksum': (calls) =>
    first(exportedIn(calls), ({ ChecksumAlgorithm: of }) =>
      Array.isArray(of)
        ? seen(of.includes('CRC64NVME') ? 'crc64nvme' : 'crc32', 'ListObjectsV2', `ChecksumAlgorithm ${of}`)
        : undefined,
    ),
  // What a refused export says is in the history of an execution, which the SDK's log hides: the report shows it as a problem.
  'export-grant': (calls) =>
    first(exportedIn(calls), ({ Key }) => seen('policy', 'ListObjectsV2', String(Key))),
  'seed-grant': (calls) =>
    first(calls, ({ operation, output, error }) => {
      if (operation !== 'CreateReplicationGroup') return undefined;
      if (output !== undefined) return seen('policy', operation, 'accepted, with a file in SnapshotArns');
      return /permission.* S3 /i.test(error?.message ?? '')
        ? seen('acl', operation, error?.message ?? '')
        : undefined;
    }),
  'time-precision': (calls) =>
    first(snapshotsIn(calls), (snapshot) => {
      const time = /"SnapshotCreateTime":"([^"]+)"/.exec(JSON.stringify(snapshot))?.[1];
      return (
        time &&
        seen(
          time.endsWith('.000Z') ? 'seconds' : 'milliseconds',
          'DescribeSnapshots',
          `SnapshotCreateTime ${time}`,
        )
      );
    }),
  'engine-version': (calls) =>
    first(clustersIn(calls), ({ EngineVersion: version }) =>
      typeof version === 'string'
        ? seen(
            version.split('.').length > 2 ? 'patch' : 'major-minor',
            'DescribeCacheClusters',
            `EngineVersion ${version}`,
          )
        : undefined,
    ),
  'absent-fields': (calls) =>
    first(
      groupsIn(calls).filter(({ Status }) => Status === 'available'),
      (group) =>
        seen(
          group.ReplicationGroupCreateTime === undefined ? 'absent' : 'present',
          'DescribeReplicationGroups',
          namesOf(group, ['ReplicationGroupCreateTime', 'DataTiering']),
        ),
    ),
  'endpoint-visible': (calls) =>
    first(
      groupsIn(calls).filter(({ Status }) => Status === 'available'),
      (group) =>
        seen(
          JSON.stringify(group).includes('"PrimaryEndpoint"') ? 'at-once' : 'after-a-minute',
          'DescribeReplicationGroups',
          'the first answer with Status available',
        ),
    ),
  'created-visible': (calls) => {
    const at = calls.findIndex(({ operation, output }) => operation === 'CreateReplicationGroup' && output);
    const next =
      at < 0 ? undefined : calls.slice(at).find(({ operation }) => operation === 'DescribeReplicationGroups');
    return (
      next && seen(groupsIn([next]).length > 0 ? 'at-once' : 'after-a-minute', next.operation, shortly(next))
    );
  },
  'unknown-name': (calls) =>
    first(describing(calls), (call) =>
      call.error?.code.includes('NotFound')
        ? seen('error', call.operation, call.error.code)
        : call.input.ReplicationGroupId !== undefined &&
            call.operation === 'DescribeReplicationGroups' &&
            groupsIn([call]).length === 0 &&
            call.output
          ? seen('empty', call.operation, 'an empty list')
          : undefined,
    ),
  'error-names': (calls) => {
    const codes = calls.flatMap(({ service, error }) =>
      service === 'ElastiCache' && error ? [error.code] : [],
    );
    const said = (name: string) => codes.find((code) => code.replace(/Fault$/, '') === name);
    // The service model has the first with the ending, and the second without.
    const [group, node] = [said('ReplicationGroupNotFound'), said('CacheClusterNotFound')];
    if (group === undefined || node === undefined) return undefined;
    const reading = !group.endsWith('Fault')
      ? 'without-fault'
      : node.endsWith('Fault')
        ? 'with-fault'
        : 'modelled';
    return seen(reading, 'DescribeReplicationGroups, DescribeCacheClusters', `${group}, ${node}`);
  },
  'deleted-visible': (calls) =>
    first([...groupsIn(calls), ...snapshotsIn(calls)], (each) =>
      (each.Status ?? each.SnapshotStatus) === 'deleted'
        ? seen('deleted-for-a-minute', 'Describe…', 'status deleted')
        : undefined,
    ) ?? goneAtOnce(calls),
  // A list with one item is one page whatever its size.
  'page-size': (calls) => {
    const pages = describing(calls).map(pageOf);
    return (
      first(pages, ({ operation, items, asked, isLast }) =>
        !isLast && items < asked
          ? seen('one', operation, `${items} of at most ${asked} results, and a Marker`)
          : undefined,
      ) ??
      first(pages, ({ operation, items }) =>
        items > 1 ? seen('as-asked', operation, `${items} results in one page`) : undefined,
      )
    );
  },
};

const seen = (reading: string, operation: string, what: string): Seen => ({
  reading,
  answer: `${operation}: ${what}`,
});

function goneAtOnce(calls: readonly NotedCall[]): Seen | undefined {
  const deleting = calls.findIndex((call) => groupsIn([call]).some(({ Status }) => Status === 'deleting'));
  if (deleting < 0) return undefined;
  const after = calls
    .slice(deleting)
    .find(({ operation, error }) => operation === 'DescribeReplicationGroups' && error);
  return after && seen('gone', after.operation, after.error?.code ?? '');
}

function first<Item>(items: readonly Item[], find: (item: Item) => Seen | '' | undefined): Seen | undefined {
  for (const item of items) {
    const found = find(item);
    if (found) return found;
  }
  return undefined;
}

const describing = (calls: readonly NotedCall[]) =>
  calls.filter(({ service, operation }) => service === 'ElastiCache' && operation.startsWith('Describe'));

const listIn = (output: Fields | undefined, name: string): readonly Fields[] => {
  const list = output?.[name];
  return Array.isArray(list) ? list : [];
};
/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeCacheEngineVersions.html (checked 2026-11-23) */
const DEFAULT_MAX_RECORDS = 100;

function pageOf({ operation, input, output = {} }: NotedCall) {
  const lists = Object.values(output).filter(Array.isArray);
  return {
    operation,
    items: lists.reduce((sum, { length }) => sum + length, 0),
    asked: Number(input.MaxRecords ?? DEFAULT_MAX_RECORDS),
    isLast: output.Marker === undefined,
  };
}

const listed = (name: string) => (calls: readonly NotedCall[]) =>
  calls.flatMap(({ output }) => listIn(output, name));
const snapshotsIn = listed('Snapshots');
const groupsIn = listed('ReplicationGroups');
const clustersIn = listed('CacheClusters');
const exportedIn = (calls: readonly NotedCall[]) =>
  listed('Contents')(calls).filter(({ Key }) => /^redrill-redrill-rehearsal-.*\.rdb$/.test(String(Key)));

/** The calls from the first answer with such a snapshot to the last. */
function between(calls: readonly NotedCall[], is: (snapshot: Fields) => boolean): readonly NotedCall[] {
  const matching = calls.map((call) => snapshotsIn([call]).some(is));
  const from = matching.indexOf(true);
  return from < 0 ? [] : calls.slice(from, matching.lastIndexOf(true) + 1);
}

const namesOf = (fields: Fields, names: readonly string[]): string =>
  names.map((name) => `${name} ${fields[name] === undefined ? 'absent' : 'present'}`).join(', ');

const shortly = ({ error, output }: NotedCall) =>
  error?.code ?? `${groupsIn([{ output } as NotedCall]).length} groups`;
