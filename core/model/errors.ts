/** What kind of failure it is decides what happens next: `transient` is retried, the others end in an alert. */
export type ErrorKind = 'user' | 'transient' | 'permanent' | 'integrity';

interface ErrorEntry {
  readonly kind: ErrorKind;
  /** What the person who reads it should do. */
  readonly hint: string;
}

/**
 * Every error that Redrill raises. The code is the error's `name`, which the state machines match in Retry and Catch,
 * so it is never taken from a class name (bundles are minified) and never reused for something else.
 */
export const ERRORS = {
  BadConfig: { kind: 'user', hint: 'Correct the file, and deploy again if it was deployed.' },
  NoConfig: {
    kind: 'user',
    hint: 'Run it in the folder that redrill.config.ts is in; the redrill command takes another file with --config.',
  },
  BadSlot: { kind: 'user', hint: 'Write the slot as 20261121T060000Z.' },
  BadInput: { kind: 'user', hint: 'Correct what the message names.' },
  UnreadableFile: {
    kind: 'user',
    hint: 'Nothing was read. Correct what the message names; npx redrill <command> --help lists what the command can read.',
  },
  NotRdb: {
    kind: 'user',
    hint: 'Give it the RDB file itself, such as dump.rdb or an export of ElastiCache.',
  },
  NoServer: {
    kind: 'user',
    hint: 'Install redis-tools, redis-server or valkey-server, or name one with REDRILL_REDIS_SERVER.',
  },
  NotRunning: { kind: 'user', hint: 'Start it with: npx redrill local up' },
  AlreadyRunning: {
    kind: 'user',
    hint: 'Stop it with: npx redrill local down. To run two, set REDRILL_LOCAL_DIR to another folder, and --port.',
  },
  NoCredentials: {
    kind: 'user',
    hint: 'Set AWS_PROFILE, or log in as for the AWS CLI; aws sts get-caller-identity shows whether it worked.',
  },
  NoVault: {
    kind: 'user',
    hint: 'Check vault.region and the accounts in redrill.config.ts, and that the stacks are deployed there.',
  },
  UnknownCache: {
    kind: 'user',
    hint: 'Check the cache id and the region, and that a plan protects the cache.',
  },
  BadPointName: { kind: 'user', hint: 'List recovery points with: npx redrill points <cache>' },
  UnknownPoint: { kind: 'user', hint: 'List recovery points with: npx redrill points <cache>' },
  UnusablePoint: { kind: 'user', hint: 'Use an older verified recovery point.' },
  UnknownPlan: { kind: 'user', hint: 'Use a plan that redrill.config.ts defines, then deploy.' },
  AwsThrottled: {
    kind: 'transient',
    hint: 'Nothing, if it goes away; otherwise look for another client of the same API.',
  },
  AwsUnavailable: { kind: 'transient', hint: 'Look at the AWS Health dashboard of the region.' },
  SourceNotAvailable: {
    kind: 'transient',
    hint: 'See what keeps the cache from being `available` (a modification, a fail-over).',
  },
  StateChanged: {
    kind: 'transient',
    hint: 'Nothing: another run wrote at the same time, and the step is repeated.',
  },
  AccessDenied: {
    kind: 'permanent',
    hint: 'Compare the role, bucket and key policies with what was synthesised: npx cdk drift with redrill-source or redrill-vault; npx cdk deploy with the same and --revert-drift puts them back.',
  },
  NotFound: {
    kind: 'permanent',
    hint: 'Check the name and the region. If it existed, CloudTrail shows who deleted it.',
  },
  RefusedByAws: { kind: 'permanent', hint: 'The message is AWS’s own.' },
  RecordUnreadable: {
    kind: 'integrity',
    hint: 'Use another recovery point; this one is passed over until its recovery-point.json is brought back.',
  },
  RegistryEntryMissing: {
    kind: 'integrity',
    hint: 'Bring the entry back with: npx redrill rebuild <cache>. Recovery points can be listed and restored without it.',
  },
  BucketNotGranted: {
    kind: 'permanent',
    hint: 'See that the policy of the bucket that the message names is as it was synthesised. If it is, and that is the staging bucket, set vault.seedGrant to acl in redrill.config.ts, and deploy; the landing bucket has no such setting.',
  },
  SnapshotBudgetSpent: {
    kind: 'permanent',
    hint: 'Lower the cadence of the plan, or add a replica to take snapshots from.',
  },
  SnapshotNameTaken: {
    kind: 'permanent',
    hint: 'Somebody made a snapshot of this name from another cache. It cannot be renamed: copy it to another name if it is needed, then delete it.',
  },
  SnapshotFailed: {
    kind: 'permanent',
    hint: 'See the ElastiCache events of the cache; check its reserved memory.',
  },
  SnapshotOverdue: {
    kind: 'permanent',
    hint: 'See the ElastiCache events of the cache. The snapshot is left alone; do not delete it while it is being made.',
  },
  SnapshotUnsupported: {
    kind: 'permanent',
    hint: 'Snapshots of this cache cannot be exported (data tiering); use another node type, or take it off its plan.',
  },
  SourceKeyUnusable: {
    kind: 'user',
    hint: 'Add the ARN of the key to source.kmsKeys in redrill.config.ts, and deploy. If it is listed there, see that the key is enabled and that its own policy lets the roles of the account use it.',
  },
  ExportOverdue: {
    kind: 'permanent',
    hint: 'See whether the landing bucket still grants ElastiCache its access. The snapshot is kept.',
  },
  CopyDiffers: {
    kind: 'integrity',
    hint: 'The copy in the vault is not the file that was exported; see the object’s versions.',
  },
  ExportChanged: {
    kind: 'integrity',
    hint: 'Treat it as an intrusion: ElastiCache never overwrites an export. See who wrote to the landing bucket, and take another backup.',
  },
  RecoveryPointCorrupt: {
    kind: 'integrity',
    hint: 'See whether the next slot is sound; if not, look for what damages the exports. Do not restore from this point.',
  },
  RecoveryPointSuspect: {
    kind: 'integrity',
    hint: 'Find out whether the data was meant to shrink. Until the next verified point nothing is released.',
  },
  NotAcceptable: {
    kind: 'user',
    hint: 'Nothing was changed. Instead of a point that is corrupt or was never read, use an older verified one.',
  },
  StillProtected: { kind: 'user', hint: 'It is watched as before.' },
  NotForgotten: { kind: 'user', hint: 'Nothing was changed.' },
  NotReleasable: {
    kind: 'user',
    hint: 'Nothing was changed. See which caches have had the name with: npx redrill points <cache>',
  },
  NotHeld: { kind: 'user', hint: 'See what is held with: npx redrill points <cache> --explain' },
  NoRecoveryPoint: {
    kind: 'permanent',
    hint: 'Nothing verified is in the vault for this cache; follow the runbook for a missing recovery point.',
  },
  DrillNodeTooSmall: { kind: 'user', hint: 'Set a larger drill.nodeType in the plan.' },
  DrillLeftOver: {
    kind: 'permanent',
    hint: 'Delete the drill cluster that the message names; sweep-drills goes on trying.',
  },
  DrillCapacityMissing: {
    kind: 'permanent',
    hint: 'AWS has none of these nodes now; set drill.fallbackNodeTypes in the plan to other types that would do.',
  },
  DrillClusterFailed: {
    kind: 'permanent',
    hint: 'See the ElastiCache events in the vault region. The drill is torn down.',
  },
  DrillClusterOverdue: {
    kind: 'permanent',
    hint: 'See the ElastiCache events in the vault region. The drill is torn down.',
  },
  RestoreUnreachable: {
    kind: 'permanent',
    hint: 'Check the drill network: subnets, security groups, TLS and the drill’s token.',
  },
  RestoreDiffers: {
    kind: 'integrity',
    hint: 'Do not restore from this recovery point. To see which file differs: npx redrill verify <point>. The point counts as bad until a drill of it passes.',
  },
  RestoreNotLoaded: {
    kind: 'integrity',
    hint: 'Either the data needs a larger drill.nodeType, or the files are bad. To read each file again: npx redrill verify <point>. The point counts as bad until a drill of it passes.',
  },
  VaultFileChanged: {
    kind: 'integrity',
    hint: 'Nothing was created or written. The message names the file, and what to do.',
  },
  RtoMissed: {
    kind: 'permanent',
    hint: 'The data was right, and restoring it took too long: see the phases in the report; raise the plan’s rto, or restore onto larger nodes.',
  },
  NotCompared: { kind: 'permanent', hint: 'See the execution’s history for the step that ended it.' },
  TeardownOverdue: {
    kind: 'permanent',
    hint: 'Delete the drill cluster that the message names; sweep-drills goes on trying.',
  },
  RestoreNotReady: {
    kind: 'user',
    hint: 'Nothing was made. Give or make what the message names, and look again with --plan.',
  },
  ClusterIdTaken: {
    kind: 'user',
    hint: 'Nothing was touched. Restore to another id with --to.',
  },
  CapacityMissing: {
    kind: 'permanent',
    hint: 'AWS has none of these nodes now; try another type with --node-type, or again later.',
  },
  RehearsalFailed: {
    kind: 'permanent',
    hint: 'What the rehearsal made is deleted. Correct what the message names, and run npx redrill doctor --rehearse again.',
  },
  RestoreFailed: {
    kind: 'permanent',
    hint: 'The files in the vault are untouched. Delete the failed cluster, change what the message says, and restore again.',
  },
  CutOverRefused: {
    kind: 'user',
    hint: 'Nothing was changed. Correct what the message names, and look again without --apply.',
  },
  PointerMoved: {
    kind: 'permanent',
    hint: 'Somebody changed it at the same time. Look again without --apply before anything else.',
  },
  TargetUnreachable: {
    kind: 'permanent',
    hint: 'Check host and port, that rediss:// is used with TLS and redis:// without (--ca <file> trusts other certificates), and that the security groups of the cache let you in.',
  },
  TargetRefused: {
    kind: 'permanent',
    hint: 'Correct what the message names, and run the command again; if it printed a command to resume with, run that one instead.',
  },
  TargetUnreadable: {
    kind: 'permanent',
    hint: 'The cache may be newer than this Redrill knows: take a newer Redrill. Nothing was changed.',
  },
  TargetFull: {
    kind: 'permanent',
    hint: 'Nothing is lost: make room in the cache, then go on with --resume.',
  },
  TargetChanged: {
    kind: 'permanent',
    hint: 'Begin again without --resume (remove the state file), unless a command to go on was printed: in mode missing, keys that are there are left as they are.',
  },
  RecoverInterrupted: {
    kind: 'permanent',
    hint: 'Go on with --resume; keys that were written already are found there.',
  },
  NotResumable: {
    kind: 'user',
    hint: 'Nothing was written. Resume with the state file, source, target and options of the interrupted run, or begin again without --resume.',
  },
  FileNotSound: {
    kind: 'integrity',
    hint: 'Nothing was written. See what is wrong with it with npx redrill verify, and take an older copy.',
  },
  HeartbeatRefused: {
    kind: 'user',
    hint: 'Put an https:// URL of a public host into the heartbeat parameter.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export type ErrorCode = keyof typeof ERRORS;

/** An error with a code of the registry. The message says what, with which value, and what to change. */
export class AppError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = code;
    this.code = code;
  }

  get kind(): ErrorKind {
    return ERRORS[this.code].kind;
  }

  get hint(): string {
    return ERRORS[this.code].hint;
  }
}

/** Codes of one kind, for the Retry and Catch of state machines. */
export function codesOfKind(...kinds: readonly ErrorKind[]): readonly ErrorCode[] {
  return (Object.keys(ERRORS) as ErrorCode[]).filter((code) => kinds.includes(ERRORS[code].kind));
}

export function isErrorCode(name: string): name is ErrorCode {
  return Object.hasOwn(ERRORS, name);
}

/** The name by which an error is known, whoever raised it; it never holds data. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}
