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
    hint: 'Write one with: npx redrill init. If there is one, run the command in its folder, or name it with --config.',
  },
  AmbiguousConfig: {
    kind: 'user',
    hint: 'Delete all but the one that is deployed, or name that one with --config.',
  },
  ConfigExists: {
    kind: 'user',
    hint: 'Nothing was changed. Edit the file; npx redrill plan shows what it means. To start again, delete it first.',
  },
  NotInstalled: { kind: 'user', hint: 'Install it as the message says, and run the command again.' },
  BadSlot: { kind: 'user', hint: 'Write the slot as 20261121T060000Z.' },
  BadInput: { kind: 'user', hint: 'Correct what the message names.' },
  NewerFormat: {
    kind: 'user',
    hint: 'Use the version of Redrill that is deployed, or a newer one; older ones do not know what the document says.',
  },
  ServerMissing: {
    kind: 'user',
    hint: 'Nothing was loaded. Install redis-server or valkey-server, or omit --load.',
  },
  UnreadableFile: {
    kind: 'user',
    hint: 'Nothing was read. Correct what the message names; npx redrill <command> --help lists what the command can read.',
  },
  NotRdb: {
    kind: 'user',
    hint: 'Pass the RDB file itself, such as dump.rdb or an export of ElastiCache.',
  },
  NoServer: {
    kind: 'user',
    hint: 'Install redis-tools, redis-server or valkey-server, or name one with REDRILL_REDIS_SERVER.',
  },
  ServerBusy: {
    kind: 'permanent',
    hint: 'Nothing was shipped. Run the command again when the server is ready; npx redrill ship waits for half of the time between two slots.',
  },
  SaveFailed: {
    kind: 'permanent',
    hint: 'Nothing was shipped. Read the server’s own log; docs/servers.md has the usual causes.',
  },
  ShipUnderWay: {
    kind: 'user',
    hint: 'Nothing was done. Wait for the other process, or end it.',
  },
  NotRunning: { kind: 'user', hint: 'Start it with: npx redrill local up' },
  AlreadyRunning: {
    kind: 'user',
    hint: 'Stop it with: npx redrill local down. To run two, set REDRILL_LOCAL_DIR to another folder, and --port.',
  },
  NotBootstrapped: {
    kind: 'user',
    hint: 'When it is bootstrapped, run npx redrill deploy again; it deploys what is missing.',
  },
  StackNotReady: {
    kind: 'user',
    hint: 'When the stack is ready, run npx redrill deploy again; it deploys what is missing.',
  },
  DeploymentFailed: {
    kind: 'permanent',
    hint: 'See docs/deploy.md, If a deployment fails, for what CloudFormation leaves behind.',
  },
  NoCredentials: {
    kind: 'user',
    hint: 'Set AWS_PROFILE, or log in as for the AWS CLI; aws sts get-caller-identity shows whether it worked.',
  },
  NoVault: {
    kind: 'user',
    hint: 'Check vault.region and the accounts in the configuration, and that the stacks are deployed there.',
  },
  UnknownCache: {
    kind: 'user',
    hint: 'Check the cache id and the region, and that a plan protects the cache.',
  },
  BadPointName: { kind: 'user', hint: 'List recovery points with: npx redrill points <cache>' },
  UnknownPoint: { kind: 'user', hint: 'List recovery points with: npx redrill points <cache>' },
  UnusablePoint: { kind: 'user', hint: 'Use an older verified recovery point.' },
  UnknownPlan: { kind: 'user', hint: 'Use a plan that the configuration defines, then deploy.' },
  AwsThrottled: {
    kind: 'transient',
    hint: 'Wait; if it lasts, find the other client that calls the same API.',
  },
  AwsUnavailable: { kind: 'transient', hint: 'Check the AWS Health dashboard of the region.' },
  SourceNotAvailable: {
    kind: 'transient',
    hint: 'Wait until the cache is `available`; a modification or a failover may be in progress.',
  },
  StateChanged: {
    kind: 'transient',
    hint: 'Nothing to do: another run wrote at the same time, and the step is repeated.',
  },
  AccessDenied: {
    kind: 'permanent',
    hint: 'Compare the role, bucket and key policies with what was synthesised: npx cdk drift with redrill-source or redrill-vault; npx cdk deploy with the same and --revert-drift reverts changes.',
  },
  NotFound: {
    kind: 'permanent',
    hint: 'Check the name and the region. If the resource existed, CloudTrail shows who deleted it.',
  },
  RefusedByAws: { kind: 'permanent', hint: 'Read the message; it is the one that AWS returned.' },
  RecordUnreadable: {
    kind: 'integrity',
    hint: 'Use another recovery point; this one is skipped until its recovery-point.json is restored.',
  },
  RegistryEntryMissing: {
    kind: 'integrity',
    hint: 'Rebuild the entry with: npx redrill rebuild <cache>. Recovery points can be listed and restored without it.',
  },
  BucketNotGranted: {
    kind: 'permanent',
    hint: 'Compare the policy of the bucket in the message with the synthesised one. If they are equal and it is the staging bucket, set vault.seedGrant to acl in the configuration, and deploy; the landing bucket has no such setting.',
  },
  SnapshotBudgetSpent: {
    kind: 'permanent',
    hint: 'Lower the cadence of the plan, or add a replica to take snapshots from.',
  },
  SnapshotNameTaken: {
    kind: 'permanent',
    hint: 'A snapshot of another cache has this name, and cannot be renamed. If you need it, copy it to another name; then delete it.',
  },
  SnapshotFailed: {
    kind: 'permanent',
    hint: 'See the ElastiCache events of the cache; check its reserved memory.',
  },
  SnapshotOverdue: {
    kind: 'permanent',
    hint: 'See the ElastiCache events of the cache. Redrill keeps the snapshot; do not delete it while it is being created.',
  },
  SnapshotUnsupported: {
    kind: 'permanent',
    hint: 'Do what the message says, or remove the cache from its plan.',
  },
  SourceKeyUnusable: {
    kind: 'user',
    hint: 'Add the ARN of the key to source.kmsKeys in the configuration, and deploy. If it is already listed, check that the key is enabled and that its policy lets the roles of the account use it.',
  },
  ExportOverdue: {
    kind: 'permanent',
    hint: 'Check that the landing bucket still grants ElastiCache access. The snapshot is kept.',
  },
  CopyDiffers: {
    kind: 'integrity',
    hint: 'The copy in the vault differs from the exported file; check the object’s versions.',
  },
  ExportChanged: {
    kind: 'integrity',
    hint: 'Treat it as an intrusion: ElastiCache never overwrites an export. Find out who wrote to the landing bucket, and take another backup.',
  },
  RecoveryPointCorrupt: {
    kind: 'integrity',
    hint: 'Check whether the next slot is sound; if not, find out what damages the exports. Do not restore from this point.',
  },
  RecoveryPointSuspect: {
    kind: 'integrity',
    hint: 'Find out whether the data was meant to shrink. Redrill releases nothing until the next verified point.',
  },
  NotAcceptable: {
    kind: 'user',
    hint: 'Nothing was changed. Use an older verified point instead of one that is corrupt or was never read.',
  },
  StillProtected: { kind: 'user', hint: 'Nothing was changed; the cache is still watched.' },
  NotForgotten: { kind: 'user', hint: 'Nothing was changed.' },
  NotReleasable: {
    kind: 'user',
    hint: 'Nothing was changed. List the caches that had this name with: npx redrill points <cache>',
  },
  NotHeld: { kind: 'user', hint: 'List held points with: npx redrill points <cache> --explain' },
  NoReport: {
    kind: 'user',
    hint: 'A drill writes its report when it ends; publish-fleet writes the page of all caches, at the latest 15 minutes after a deployment.',
  },
  NoRecoveryPoint: {
    kind: 'permanent',
    hint: 'The vault has no verified recovery point of this cache; follow the runbook for a missing recovery point.',
  },
  DrillEngineMissing: {
    kind: 'user',
    hint: 'Load the point into a server of its own version: npx redrill verify <point> --load; recover it with: npx redrill recover <point> --into <redis URL>.',
  },
  DrillNodeTooSmall: { kind: 'user', hint: 'Set a larger drill.nodeType in the plan.' },
  DrillLeftOver: {
    kind: 'permanent',
    hint: 'Delete the drill cluster that the message names; sweep-drills keeps trying.',
  },
  DrillCapacityMissing: {
    kind: 'permanent',
    hint: 'AWS has no capacity for these nodes now; set drill.fallbackNodeTypes in the plan to other suitable types.',
  },
  DrillClusterFailed: {
    kind: 'permanent',
    hint: 'See the ElastiCache events in the vault region. The drill cluster is deleted.',
  },
  DrillClusterOverdue: {
    kind: 'permanent',
    hint: 'See the ElastiCache events in the vault region. The drill cluster is deleted.',
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
    hint: 'Nothing was created or written. The message names the file and what to do.',
  },
  RtoMissed: {
    kind: 'permanent',
    hint: 'The data was right, but restoring it took too long: see the phases in the report; raise the plan’s rto, or restore onto larger nodes.',
  },
  NotCompared: { kind: 'permanent', hint: 'Find the step that ended the execution in its history.' },
  TeardownOverdue: {
    kind: 'permanent',
    hint: 'Delete the drill cluster that the message names; sweep-drills keeps trying.',
  },
  RestoreNotReady: {
    kind: 'user',
    hint: 'Nothing was created. Provide what the message names, and check again with --plan.',
  },
  ClusterIdTaken: {
    kind: 'user',
    hint: 'Nothing was changed. Restore to another id with --to.',
  },
  CapacityMissing: {
    kind: 'permanent',
    hint: 'AWS has no capacity for these nodes now; try another type with --node-type, or try again later.',
  },
  RehearsalFailed: {
    kind: 'permanent',
    hint: 'Everything that the rehearsal created is deleted. Correct what the message names, and run npx redrill doctor --rehearse again.',
  },
  RestoreFailed: {
    kind: 'permanent',
    hint: 'The files in the vault are unchanged. Delete the failed cluster, correct what the message names, and restore again.',
  },
  RestoreSeedRefused: {
    kind: 'permanent',
    hint: 'No cache was created. Run the commands that the message prints, or restore with --node-based.',
  },
  DrillCacheClosed: {
    kind: 'permanent',
    hint: 'The drill continues on nodes. To begin with them, remove drill.serverless from the plan.',
  },
  CutOverRefused: {
    kind: 'user',
    hint: 'Nothing was changed. Correct what the message names, and check again without --apply.',
  },
  PointerMoved: {
    kind: 'permanent',
    hint: 'The value was changed at the same time. Check it again without --apply first.',
  },
  TargetUnreachable: {
    kind: 'permanent',
    hint: 'Check host and port, that rediss:// is used with TLS and redis:// without (--ca <file> trusts other certificates), and that the security groups of the cache allow the connection.',
  },
  TargetRefused: {
    kind: 'permanent',
    hint: 'Correct what the message names, and run the command again; if it printed a command to resume with, run that one instead.',
  },
  TargetUnreadable: {
    kind: 'permanent',
    hint: 'The cache may be newer than this Redrill supports: use a newer Redrill. Nothing was changed.',
  },
  TargetFull: {
    kind: 'permanent',
    hint: 'Nothing is lost: make room in the cache, then resume with --resume.',
  },
  TargetChanged: {
    kind: 'permanent',
    hint: 'Delete the state file and start again without --resume, unless a command to resume was printed: in mode missing, existing keys stay unchanged.',
  },
  RecoverInterrupted: {
    kind: 'permanent',
    hint: 'Resume with --resume; keys that were already written are recognised.',
  },
  NotResumable: {
    kind: 'user',
    hint: 'Nothing was written. Resume with the state file, source, target and options of the interrupted run, or start again without --resume.',
  },
  FileNotSound: {
    kind: 'integrity',
    hint: 'Nothing was written. Use an older copy; npx redrill verify shows what is wrong with this one.',
  },
  HeartbeatRefused: {
    kind: 'user',
    hint: 'Store an https:// URL of a public host in the heartbeat parameter.',
  },
  PagerDutyRefused: {
    kind: 'user',
    hint: 'Store the integration key of an Events API v2 integration in the parameter that alerts.pagerDuty names.',
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
