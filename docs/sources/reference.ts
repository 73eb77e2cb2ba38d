import { ingestHistory, READING_SECONDS } from '../../cli/plan/history.ts';
import type { Templates } from '../../cli/plan/templates.ts';
import { RECENT_POINTS } from '../../core/contracts/recovery-point.ts';
import { WORKFLOWS } from '../../core/contracts/resources.ts';
import { DRILL_TTL_SECONDS } from '../../core/drill/find-leftovers.ts';
import { readableSeconds } from '../../core/model/duration.ts';
import { ERRORS, type ErrorKind } from '../../core/model/errors.ts';
import {
  COPY_OBJECT_MAX_BYTES,
  HASH_SLOTS,
  HISTORY_EVENTS_MAX,
  MULTIPART_MAX_PARTS,
  SERVERLESS_SNAPSHOTS_PER_DAY,
  SHARDS_MAX,
  SNAPSHOT_QUOTA_RESERVE,
  SNAPSHOTS_PER_NODE_PER_DAY,
} from '../../core/model/limits.ts';
import { NAME_MAX_CHARACTERS } from '../../core/model/names.ts';
import {
  memoryBytesOf,
  NODE_TYPES,
  RESERVED_MEMORY_SHARE,
  usableBytesOf,
} from '../../core/model/node-types.ts';
import { RPO_GRACE_SECONDS } from '../../core/model/periods.ts';
import {
  CLUSTER_LIMIT_SECONDS,
  EXPORT_LIMIT_SECONDS,
  SNAPSHOT_LIMIT_SECONDS,
  TEARDOWN_LIMIT_SECONDS,
} from '../../core/model/poll.ts';
import { COPYING, QUICK, READING, type Size } from '../../lib/lambda/lambda-function.ts';
import { SIZE_LIMITS } from '../../lib/size-limits.ts';
import { codesOfFiles, codesOfPoints } from './codes.ts';
import { table } from './table.ts';

const GIB = 1024 ** 3;
const guide = (page: string) => `https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/${page}.html`;
const STEP_FUNCTIONS_QUOTAS = 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html';
const s3 = (path: string) => `https://docs.aws.amazon.com/AmazonS3/latest/${path}.html`;

/** docs/limits.md's tables. */
export function limitBlocks(templates: Templates): Readonly<Record<string, string>> {
  return { aws: awsLimits(), redrill: ownLimits(templates), 'node-types': nodeTypes() };
}

function awsLimits(): string {
  return table(
    ['limit', 'value', 'source'],
    [
      ['manual snapshots per node in 24 h', `${SNAPSHOTS_PER_NODE_PER_DAY}`, guide('backups')],
      ['manual snapshots per serverless cache in 24 h', `${SERVERLESS_SNAPSHOTS_PER_DAY}`, guide('backups')],
      ['characters of a snapshot’s name', `${NAME_MAX_CHARACTERS}`, guide('backups-manual')],
      ['hash slots of a cluster', `${HASH_SLOTS}`, guide('Clusters')],
      ['shards of a cluster, at most', `${SHARDS_MAX}`, guide('Shards')],
      ['events of an execution', `${HISTORY_EVENTS_MAX}`, STEP_FUNCTIONS_QUOTAS],
      ['largest object of one CopyObject', `${COPY_OBJECT_MAX_BYTES / GIB} GiB`, s3('API/API_CopyObject')],
      ['parts of a multipart upload', `${MULTIPART_MAX_PARTS}`, s3('userguide/qfacts')],
      [
        'share of a node’s memory to leave free',
        `${RESERVED_MEMORY_SHARE * 100} %`,
        guide('redis-memory-management'),
      ],
      ...SIZE_LIMITS.map(({ what, max, unit, source }) => [
        `${what} of one resource`,
        `${max} ${unit}: more is refused at synthesis`,
        source,
      ]),
    ],
  );
}

function ownLimits(templates: Templates): string {
  return table(
    ['limit', 'value', 'what happens when it is reached'],
    [
      ['snapshots of each of these quotas left to you', `${SNAPSHOT_QUOTA_RESERVE}`, '`SnapshotBudgetSpent`'],
      ['a snapshot may take', readableSeconds(SNAPSHOT_LIMIT_SECONDS), '`SnapshotOverdue`'],
      ['an export may take', readableSeconds(EXPORT_LIMIT_SECONDS), '`ExportOverdue`'],
      [
        'creating a drill’s cluster may take',
        readableSeconds(CLUSTER_LIMIT_SECONDS),
        '`DrillClusterOverdue`',
      ],
      ['deleting a drill’s cluster may take', readableSeconds(TEARDOWN_LIMIT_SECONDS), '`TeardownOverdue`'],
      [
        'a drill’s cluster may live',
        readableSeconds(DRILL_TTL_SECONDS),
        '`sweep-drills` deletes it; if it still exists an hour later, a ticket every day (`DrillLeftOver`)',
      ],
      ['grace time after the RPO', readableSeconds(RPO_GRACE_SECONDS), '`RpoMissed`'],
      [
        'verified points that a registry entry lists, and as many others',
        `${RECENT_POINTS}`,
        'the entry no longer lists the oldest; its copy is not deleted',
      ],
      ['one invocation that reads no data', sizeOf(QUICK), 'retried twice, then an alert'],
      ['one invocation that copies a shard', sizeOf(COPYING), 'the same'],
      [
        'one invocation that reads a shard',
        `${readableSeconds(READING_SECONDS)}, ${READING.memoryMib} MiB`,
        'it saves its position, and the next invocation continues there',
      ],
      [
        'one invocation that compares a restored cache',
        sizeOf(READING),
        'it saves its position, and the next invocation continues there',
      ],
      ingestEvents(templates),
      ...WORKFLOWS.map((workflow) => [
        `one execution of ${workflow}`,
        readableSeconds(templates.definitionOf(workflow).TimeoutSeconds),
        `alarm \`redrill-${workflow}-timed-out\``,
      ]),
    ],
  );
}

function ingestEvents(templates: Templates): readonly string[] {
  const { events, eventsPerRound, roundsMax } = ingestHistory(templates);
  const most = events + roundsMax * eventsPerRound;
  return [
    `events of an ingest of ${SHARDS_MAX} shards`,
    `${events}, and ${eventsPerRound} for each further invocation`,
    `an execution has time for ${roundsMax} of those, ${most} events in all, so it times out before its history is full`,
  ];
}

function sizeOf({ timeout, memoryMib }: Size): string {
  return `${readableSeconds(timeout.toSeconds())}, ${memoryMib} MiB`;
}

function nodeTypes(): string {
  const gib = (bytes: number | undefined) => ((bytes ?? 0) / GIB).toFixed(2);
  return table(
    ['node type', 'memory, GiB', 'usable, GiB'],
    NODE_TYPES.map((type) => [`\`${type}\``, gib(memoryBytesOf(type)), gib(usableBytesOf(type))]),
  );
}

const WHAT_HAPPENS: Readonly<Record<ErrorKind, string>> = {
  user: 'not retried',
  transient: 'retried up to 12 times in a quarter of an hour; then an alert (ticket)',
  permanent: 'not retried: an alert',
  integrity: 'not retried: an alert (page)',
};

/** docs/errors.md's table. */
export function errorBlocks(): Readonly<Record<string, string>> {
  const rows = Object.entries(ERRORS).map(([code, { kind, hint }]) => [
    `\`${code}\``,
    kind,
    hint.replaceAll('<', '\\<'),
  ]);
  const kinds = Object.entries(WHAT_HAPPENS).map(([kind, happens]) => [kind, happens]);
  return {
    kinds: table(['kind', 'what happens'], kinds),
    codes: table(['code', 'kind', 'what to do'], rows),
    points: codesOfPoints(),
    files: codesOfFiles(),
  };
}
