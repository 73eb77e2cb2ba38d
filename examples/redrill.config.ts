import { defineConfig } from '../core/contracts/config.ts';
import { presets } from '../core/contracts/presets.ts';

export default defineConfig({
  // Default: the account of the credentials that deploy. Needed if the vault has an account of its own.
  account: '111122223333',
  source: {
    region: 'eu-west-1',
    // Customer managed keys that caches are encrypted with, so that ElastiCache may encrypt their snapshots. Default: none.
    kmsKeys: ['arn:aws:kms:eu-west-1:111122223333:key/0fedcba9-12ab-34cd-56ef-1234567890ab'],
  },
  vault: {
    region: 'eu-central-1',
    // Default: the source's account.
    account: '444455556666',
    // Nobody deletes a version younger than `days`, nor a verified copy before the days of the tier that it has earned.
    // `compliance` binds even the account's root. Default: governance, 1 day, no tiers.
    lock: { mode: 'governance', days: 1, tiers: { daily: 7, weekly: 28, monthly: 90 } },
    // The key of a vault that an earlier deployment left behind. Default: a key that the stack makes.
    kmsKeyArn: 'arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    // Where drills run. Default: an isolated VPC that the stack makes, in the region's first two zones. For other zones,
    // such as those that offer your node types, set instead: drillZones: ['eu-central-1b', 'eu-central-1c'].
    drillNetwork: {
      vpcId: 'vpc-0123456789abcdef0',
      subnetIds: ['subnet-0123456789abcdef0', 'subnet-0fedcba9876543210'],
      availabilityZones: ['eu-central-1a', 'eu-central-1b'],
    },
    // Shards of one cache that are copied and read at the same time, each by a Lambda of its own. All ingests together
    // take at most half of the Lambdas that the account may run at once: 5 of the 10 of a new account. Default: 4.
    shardsAtOnce: 8,
  },
  plans: {
    'session-store': presets.sessionStore,
    // A preset with one thing changed.
    'event-log': { ...presets.eventLog, drill: { schedule: 'weekly', nodeType: 'cache.r7g.large' } },
    // A plan of your own.
    'job-queue': {
      every: '2h', // divides a day evenly
      rpo: '3h', // age of the newest verified copy at which somebody is paged; more than `every`
      rto: '1h', // a drill that takes longer has failed
      keep: { hourly: '2d', daily: '30d', weekly: '364d', monthly: 'forever' }, // whole days
      minimumRedundancy: 2, // nothing is released before so many newer verified copies exist
      drill: {
        schedule: 'daily', // daily, weekly (Sundays) or monthly, 02:30 UTC
        nodeType: 'cache.r7g.large',
        fallbackNodeTypes: ['cache.r6g.large'], // tried in this order when AWS has no capacity; default: none
        choose: 'random', // latest (default), or any verified copy of the window, all tiers in turn
        window: '90d', // default: 30d
        sample: { aboveGib: 50, share: 0.1 }, // compare a tenth of larger caches, another every day; default: everything
      },
      contentGate: {
        shrinkShare: 0.3, // a copy that has lost 30 % or more is suspect; default: half
        fromKeys: 5_000, // a cache that usually has fewer keys is not judged by its size; default: 100
        // A copy with less is suspect, whatever is usual; each optional. Default: nothing is expected.
        expect: { keys: 1_000, bytes: 100_000, expiringAtLeast: 0.5, expiringAtMost: 1 },
      },
      largestShardGib: 6, // optional: lets synthesis check that the drill node is large enough
      nodesPerCache: 2, // optional: replicas to spread snapshots over; the quota of 20 a day counts per node
    },
    // Deliberately unprotected, and why.
    'page-cache': { unprotected: 'every page can be rendered again' },
  },
  // By replication group id. Besides these, every one that carries the tag `redrill:plan` with the name of a plan.
  caches: { sessions: 'session-store', orders: 'event-log', jobs: 'job-queue', pages: 'page-cache' },
  alerts: {
    emails: ['on-call@example.com'],
    chat: true, // also to topics for Amazon Q Developer in chat applications; default: false
    runbookBaseUrl: 'https://wiki.example.com/redrill/runbooks', // alerts link there; default: they name the file
    // A test message: weekly (default) or daily. The address of a dead man's switch gets it too, and nothing else; default: none.
    canary: { schedule: 'daily', switchEmail: 'switch@example.com' },
  },
  // SSM parameter of the vault region that holds the URL to ping while all is well. Default: no heartbeat.
  // `healthchecks` adds /start and /fail and ?rid=…; `plain` (default) pings the URL itself, and only while all is well;
  // a service of another kind: { start: '/begin', fail: '/error', runId: 'run' }, each optional.
  heartbeat: { parameter: '/redrill/heartbeat-url', convention: 'healthchecks' },
});
