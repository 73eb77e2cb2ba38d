import { defineConfig, presets } from 'redrill/config';

/** A plan of one's own, hourly because every cache on it has a replica, drilled every night in an existing VPC. */
export default defineConfig({
  source: { region: 'eu-west-1' },
  vault: {
    region: 'eu-north-1',
    drillNetwork: {
      vpcId: 'vpc-0123456789abcdef0',
      subnetIds: ['subnet-0123456789abcdef0', 'subnet-0fedcba9876543210'],
      availabilityZones: ['eu-north-1a', 'eu-north-1b'],
    },
  },
  plans: {
    payments: {
      every: '1h',
      nodesPerCache: 2,
      keep: { hourly: '3d', daily: '60d', weekly: '364d', monthly: 'forever' },
      rpo: '2h',
      rto: '45m',
      minimumRedundancy: 4,
      largestShardGib: 8,
      // Any copy of the last year, not only the newest; on other nodes, should AWS have none of these.
      drill: {
        schedule: 'daily',
        nodeType: 'cache.r7g.large',
        fallbackNodeTypes: ['cache.r6g.large'],
        choose: 'random',
        window: '364d',
      },
    },
    sessions: { ...presets.sessionStore, rpo: '7h' },
    pages: presets.pureCache,
  },
  caches: { 'payments-eu': 'payments', 'web-sessions': 'sessions', 'page-cache': 'pages' },
  heartbeat: { parameter: '/redrill/heartbeat-url' },
});
