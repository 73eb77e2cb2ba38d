import { defineConfig, presets } from 'redrill/config';

export default defineConfig({
  // Default: the account of the credentials that deploy. Required if the vault is in another account.
  account: '111122223333',
  source: {
    region: 'eu-west-1',
    // Customer managed keys that encrypt your caches; ElastiCache encrypts their snapshots with them. Default: none.
    kmsKeys: ['arn:aws:kms:eu-west-1:111122223333:key/0fedcba9-12ab-34cd-56ef-1234567890ab'],
  },
  vault: {
    region: 'eu-central-1',
    // Default: the source's account.
    account: '444455556666',
    // S3 locks every version for `days`, and a verified copy for the days of its tier.
    // `compliance` also binds the account's root. Default: governance, 1 day, no tiers.
    lock: { mode: 'governance', days: 1, tiers: { daily: 7, weekly: 28, monthly: 90 } },
    // The key of a vault that an earlier deployment left behind. Default: a key that the stack creates.
    kmsKeyArn: 'arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    // What lets ElastiCache read staged files: the staging bucket's policy, or an ACL of each file as well. Default: policy.
    seedGrant: 'acl',
    // Where drills run. Default: an isolated VPC that the stack creates, in the region's first two zones. For other zones,
    // such as those that offer your node types, set instead: drillZones: ['eu-central-1b', 'eu-central-1c'].
    drillNetwork: {
      vpcId: 'vpc-0123456789abcdef0',
      subnetIds: ['subnet-0123456789abcdef0', 'subnet-0fedcba9876543210'],
      availabilityZones: ['eu-central-1a', 'eu-central-1b'],
    },
    // Shards of one cache that are copied and read at the same time, each by its own Lambda. All ingests together use
    // at most half of the Lambdas that the account may run at once: 5 of the 10 of a new account. Default: 4.
    shardsAtOnce: 8,
  },
  plans: {
    'session-store': presets.sessionStore,
    // A preset with one thing changed.
    'event-log': { ...presets.eventLog, drill: { schedule: 'weekly', nodeType: 'cache.r7g.large' } },
    // Your own plan.
    'job-queue': {
      every: '2h', // divides a day evenly
      rpo: '3h', // age of the newest verified copy at which Redrill pages; more than `every`
      rto: '1h', // a drill that takes longer fails
      keep: { hourly: '2d', daily: '30d', weekly: '364d', monthly: 'forever' }, // whole days
      minimumRedundancy: 2, // a copy is released only when this many newer verified copies exist
      drill: {
        schedule: 'daily', // daily, weekly (Sundays) or monthly, 02:30 UTC
        nodeType: 'cache.r7g.large',
        fallbackNodeTypes: ['cache.r6g.large'], // tried in this order when AWS has no capacity; default: none
        serverless: { storageGb: 10, ecpuPerSecond: 5_000 }, // drills serverless caches in one with these limits; default: on `nodeType`
        choose: 'random', // `random`: any verified copy of the window, all tiers in turn; default: latest
        window: '90d', // default: 30d
        sample: { aboveGib: 50, share: 0.1 }, // of caches above 50 GiB, compare a tenth, another one each day; default: everything
      },
      contentGate: {
        shrinkShare: 0.3, // a copy that has lost 30 % or more of its keys or bytes is suspect; default: half
        fromKeys: 5_000, // a cache that usually has fewer keys is not judged by their number; default: 100
        // A copy that does not meet these is suspect, whatever earlier copies held; each is optional. Default: no expectation.
        expect: { keys: 1_000, bytes: 100_000, expiringAtLeast: 0.5, expiringAtMost: 1 },
      },
      largestShardGib: 6, // optional: lets synthesis check that the drill node is large enough
      nodesPerCache: 2, // optional: replicas to spread snapshots over; the quota of 20 a day counts per node
    },
    // Deliberately unprotected, with the reason.
    'page-cache': { unprotected: 'every page can be rendered again' },
  },
  // By the id of a replication group, or of a cluster outside one. The tag `redrill:plan` with the name of a plan protects as well.
  caches: { sessions: 'session-store', orders: 'event-log', jobs: 'job-queue', pages: 'page-cache' },
  // Redis and Valkey servers that you run yourself: their hosts run `redrill ship`, with one of these roles. Default: none.
  servers: {
    events: {
      plan: 'event-log',
      shards: 1, // the number of primaries of a cluster; default: 1
      shippers: ['arn:aws:iam::111122223333:role/events-host'],
      largestFileGib: 20, // a larger file is not taken into the vault; default: 100
    },
  },
  alerts: {
    emails: ['on-call@example.com'],
    chat: true, // alerts also go to topics for Amazon Q Developer in chat applications; default: false
    // Channels in which Amazon Q Developer shows the alerts, at most one entry for each; default: none. Either makes chat true.
    slack: [{ workspaceId: 'T0123ABCDEF', channelId: 'C0123ABCDEF' }],
    teams: [], // { tenantId: '…', teamId: '…', channelId: '19%3a…%40thread.tacv2' }
    // URLs that SNS posts alerts to, as JSON. `only: 'page'`: no tickets and no alarms (default: all); `raw: true`: without SNS's
    // signed envelope (default: with it). Default: none.
    endpoints: [{ url: 'https://example.com/redrill', only: 'page', raw: false }],
    // Incidents of PagerDuty. The SSM parameter, in both regions, holds the integration key; `region` (default: us) is that of the
    // PagerDuty account; `tickets: false` opens incidents for pages alone (default: for both). Default: no PagerDuty.
    pagerDuty: { parameter: '/redrill/pagerduty-key', region: 'eu', tickets: true },
    eventBus: 'default', // bus of both regions that gets every alert, verdict, drill and release as an event
    runbookBaseUrl: 'https://wiki.example.com/redrill/runbooks', // alerts link to it; default: pages in the vault
    // A test message, weekly (default) or daily. `switchEmail`, the address of a heartbeat monitor, gets only these; default: none.
    canary: { schedule: 'daily', switchEmail: 'switch@example.com' },
  },
  // SSM parameter of the vault region that holds the URL to ping while all is well. Default: no heartbeat.
  // `healthchecks` adds /start, /fail and ?rid=…; `plain` (default) pings the URL itself, and only while all is well;
  // for other services: { start: '/begin', fail: '/error', runId: 'run' }, each optional.
  heartbeat: { parameter: '/redrill/heartbeat-url', convention: 'healthchecks' },
});
