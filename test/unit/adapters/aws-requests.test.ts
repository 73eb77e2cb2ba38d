import { Readable } from 'node:stream';
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { SFNClient } from '@aws-sdk/client-sfn';
import { HttpResponse } from '@smithy/core/protocols';
import { describe, expect, it } from 'vitest';
import { drillElastiCache } from '../../../adapters/aws/drill-elasticache.ts';
import { sourceElastiCache } from '../../../adapters/aws/source-elasticache.ts';
import { workflows } from '../../../adapters/aws/workflows.ts';
import { snapshotNameOf } from '../../../core/model/names.ts';
import { slotAt } from '../../../core/model/slot.ts';
import type { DrillClusterOrder } from '../../../core/ports.ts';

interface Answer {
  readonly status?: number;
  readonly body: string;
}

/** A client's way to AWS that notes what is sent, and answers what it is told. */
function line(...answers: readonly Answer[]) {
  const sent: string[] = [];
  const left = [...answers];
  return {
    sent,
    options: {
      region: 'eu-central-1',
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'not-checked' },
      maxAttempts: 1,
      requestHandler: {
        handle: async ({ body: request = '' }: { readonly body?: string | Uint8Array }) => {
          sent.push(typeof request === 'string' ? request : new TextDecoder().decode(request));
          const { status = 200, body } = left.shift() ?? { status: 500, body: '' };
          const headers = {
            'content-type': body.startsWith('{') ? 'application/x-amz-json-1.0' : 'text/xml',
          };
          return {
            response: new HttpResponse({
              statusCode: status,
              headers,
              body: Readable.from([Buffer.from(body)]),
            }),
          };
        },
      },
    },
  };
}

const refused = (code: string, message = 'm'): Answer => ({
  status: 400,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});
const answered = (operation: string, group = ''): Answer => ({
  body: `<${operation}Response><${operation}Result>${group}</${operation}Result></${operation}Response>`,
});

const GROUP = answered(
  'DescribeReplicationGroups',
  '<ReplicationGroups><ReplicationGroup><ReplicationGroupId>x</ReplicationGroupId></ReplicationGroup></ReplicationGroups>',
);
const NO_GROUP = refused('ReplicationGroupNotFoundFault');
const ANY_SERVERLESS = answered(
  'DescribeServerlessCaches',
  '<ServerlessCaches><member><ServerlessCacheName>x</ServerlessCacheName><Status>AVAILABLE</Status></member></ServerlessCaches>',
);
const NO_SERVERLESS = refused('ServerlessCacheNotFoundFault');

const ORDER: DrillClusterOrder = {
  id: 'redrill-drill-sessions-202611220230',
  description: 'a drill',
  engine: 'valkey',
  engineVersion: '8.0',
  nodeType: 'cache.t4g.medium',
  clusterMode: false,
  shards: [{ shard: 1, slots: undefined }],
  snapshotArns: ['arn:aws:s3:::staging/shard-0001.rdb'],
  authToken: 'a-token',
  subnetGroup: 'drills',
  securityGroupId: 'sg-1',
  tags: { 'redrill:drill': 'sessions/20261122T023000Z' },
};

async function requested(changed: Partial<DrillClusterOrder> = {}) {
  const { sent, options } = line(answered('CreateReplicationGroup'));
  expect(await drillElastiCache(new ElastiCacheClient(options)).createCluster({ ...ORDER, ...changed })).toBe(
    'created',
  );
  return Object.fromEntries(new URLSearchParams(sent[0]));
}

describe('a drill’s cluster', () => {
  it('is asked for with encryption, a token and a tag, and without replicas or snapshots', async () => {
    expect(await requested()).toEqual({
      Action: 'CreateReplicationGroup',
      Version: '2015-02-02',
      ReplicationGroupId: 'redrill-drill-sessions-202611220230',
      ReplicationGroupDescription: 'a drill',
      Engine: 'valkey',
      EngineVersion: '8.0',
      CacheNodeType: 'cache.t4g.medium',
      CacheSubnetGroupName: 'drills',
      'SecurityGroupIds.SecurityGroupId.1': 'sg-1',
      'SnapshotArns.SnapshotArn.1': 'arn:aws:s3:::staging/shard-0001.rdb',
      SnapshotRetentionLimit: '0',
      MultiAZEnabled: 'false',
      AtRestEncryptionEnabled: 'true',
      TransitEncryptionEnabled: 'true',
      AuthToken: 'a-token',
      'Tags.Tag.1.Key': 'redrill:drill',
      'Tags.Tag.1.Value': 'sessions/20261122T023000Z',
      AutomaticFailoverEnabled: 'false',
      NumCacheClusters: '1',
    });
  });

  it('in cluster mode names every shard’s slots', async () => {
    const shards = [
      { shard: 1, slots: '0-8191' },
      { shard: 2, slots: '8192-16383' },
    ];
    expect(
      await requested({ clusterMode: true, shards, engine: 'redis', engineVersion: '7.1' }),
    ).toMatchObject({
      CacheParameterGroupName: 'default.redis7.cluster.on',
      AutomaticFailoverEnabled: 'true',
      'NodeGroupConfiguration.NodeGroupConfiguration.1.Slots': '0-8191',
      'NodeGroupConfiguration.NodeGroupConfiguration.1.ReplicaCount': '0',
      'NodeGroupConfiguration.NodeGroupConfiguration.2.Slots': '8192-16383',
    });
  });

  it.each([
    ['valkey', '9.0', 'disabled'],
    ['valkey', '10.1', 'disabled'],
    ['valkey', '8.1', undefined],
    ['redis', '7.1', undefined],
  ])('of %s %s asks for durability: %s', async (engine, engineVersion, durability) =>
    expect((await requested({ engine, engineVersion })).Durability).toBe(durability),
  );

  it.each(['ReplicationGroupAlreadyExists', 'ReplicationGroupAlreadyExistsFault'])(
    'that is there already (%s) is the one of an earlier try',
    async (code) => {
      const { options } = line(refused(code));
      expect(await drillElastiCache(new ElastiCacheClient(options)).createCluster(ORDER)).toBe('exists');
    },
  );

  it.each(['InsufficientCacheClusterCapacity', 'InsufficientCacheClusterCapacityFault'])(
    'that AWS has no node for (%s) may be had on another',
    async (code) => {
      const { options } = line(refused(code));
      const elasticache = drillElastiCache(new ElastiCacheClient(options));
      expect(await elasticache.createCluster(ORDER)).toBe('no-capacity');
    },
  );

  it('that cannot be made is refused in Redrill’s words', async () => {
    const { options } = line(refused('ClusterQuotaForCustomerExceeded'));
    const creating = drillElastiCache(new ElastiCacheClient(options)).createCluster(ORDER);
    await expect(creating).rejects.toMatchObject({
      message: expect.stringMatching(/^create drill cluster redrill-drill-sessions-202611220230: /),
    });
  });

  it.each([
    ['deleting', answered('DeleteReplicationGroup')],
    ['gone', refused('ReplicationGroupNotFoundFault')],
    ['deleting', refused('InvalidReplicationGroupState')],
  ] as const)('is %s after it was deleted, whatever state it was in', async (outcome, answer) => {
    const { sent, options } = line(GROUP, answer, NO_SERVERLESS);
    expect(await drillElastiCache(new ElastiCacheClient(options)).deleteCluster('x')).toBe(outcome);
    expect(sent[1]).toContain('Action=DeleteReplicationGroup');
    expect(sent[1]).not.toContain('FinalSnapshotIdentifier');
  });
});

describe('a drill’s serverless cache', () => {
  const { nodeType: _, clusterMode: __, shards: ___, authToken: ____, subnetGroup: _____, ...order } = ORDER;
  const SERVERLESS = {
    ...order,
    engineVersion: '8.0',
    limits: { storageGb: 5, ecpuPerSecond: 1_000 },
    subnets: ['subnet-1', 'subnet-2'],
  };
  const create = (answer: Answer) => {
    const { sent, options } = line(answer);
    return {
      sent,
      created: drillElastiCache(new ElastiCacheClient(options)).createServerless(SERVERLESS),
    };
  };

  it('has the limits of the plan, the drill’s network, and the major version of the engine', async () => {
    const { sent, created } = create(answered('CreateServerlessCache'));
    expect(await created).toBe('created');
    expect(Object.fromEntries(new URLSearchParams(sent[0]))).toMatchObject({
      Action: 'CreateServerlessCache',
      MajorEngineVersion: '8',
      'CacheUsageLimits.DataStorage.Maximum': '5',
      'CacheUsageLimits.DataStorage.Unit': 'GB',
      'CacheUsageLimits.ECPUPerSecond.Maximum': '1000',
      'SubnetIds.SubnetId.2': 'subnet-2',
      'SecurityGroupIds.SecurityGroupId.1': ORDER.securityGroupId,
      'SnapshotArnsToRestore.SnapshotArn.1': ORDER.snapshotArns[0],
      'Tags.Tag.1.Key': 'redrill:drill',
    });
  });

  it.each([
    ['InvalidParameterValue', 'Invalid snapshot ARN in SnapshotArnsToRestore'],
    ['ServerlessCacheQuotaForCustomerExceededFault', 'the quota is reached'],
    ['InvalidAction', 'Could not find operation CreateServerlessCache'],
  ])('is not made where AWS answers %s, and nodes are to be made instead', async (code, message) => {
    await expect(create(refused(code, message)).created).rejects.toMatchObject({
      code: 'RestoreSeedRefused',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['AccessDenied', 'ec2:CreateVpcEndpoint', 'AccessDenied'],
    ['InvalidParameterValue', 'The limit is too low', 'RefusedByAws'],
  ])('is refused for any other reason: %s, %s', async (code, message, expected) => {
    await expect(create(refused(code, message)).created).rejects.toMatchObject({ code: expected });
  });

  it.each([
    ['deleting', [answered('DeleteServerlessCache')]],
    ['gone', [refused('ServerlessCacheNotFoundFault')]],
    ['deleting', [refused('InvalidServerlessCacheStateFault')]],
  ] as const)('is %s after it was deleted, whatever state it was in', async (outcome, answers) => {
    const { sent, options } = line(NO_GROUP, ANY_SERVERLESS, ...answers);
    expect(await drillElastiCache(new ElastiCacheClient(options)).deleteCluster('x')).toBe(outcome);
    expect(sent[2]).toContain('Action=DeleteServerlessCache');
    expect(sent[2]).not.toContain('FinalSnapshotName');
  });

  it('is found like a cluster of nodes', async () => {
    const { options } = line(NO_GROUP, ANY_SERVERLESS);
    expect(await drillElastiCache(new ElastiCacheClient(options)).findCluster('x')).toMatchObject({
      id: 'x',
      status: 'available',
      isServerless: true,
    });
  });
});

describe('an execution', () => {
  const MACHINE = 'arn:aws:states:eu-central-1:111122223333:stateMachine:redrill-ingest';
  const ENDED = Date.parse('2026-11-21T06:10:00Z') / 1000;
  const find = (answer: Answer) => {
    const { sent, options } = line(answer);
    return { sent, found: workflows(new SFNClient(options)).find(MACHINE, 'sessions-1') };
  };
  const described = (status: string, stopDate?: number): Answer => ({
    body: JSON.stringify({ executionArn: 'arn', stateMachineArn: MACHINE, status, stopDate }),
  });

  it('is found by its name, with its status and the instant of its end', async () => {
    const { sent, found } = find(described('FAILED', ENDED));
    expect(await found).toEqual({ status: 'FAILED', stoppedAt: new Date('2026-11-21T06:10:00Z') });
    expect(JSON.parse(sent[0] ?? '')).toEqual({
      executionArn: 'arn:aws:states:eu-central-1:111122223333:execution:redrill-ingest:sessions-1',
    });
  });

  it('that was redriven is told as running, whether or not it keeps the date of its first end', async () =>
    expect(await find(described('RUNNING', ENDED)).found).toMatchObject({ status: 'RUNNING' }));

  it('that runs has no end, and one that never was is not found', async () => {
    expect(await find(described('RUNNING')).found).toEqual({ status: 'RUNNING', stoppedAt: undefined });
    const none = { status: 400, body: '{"__type":"ExecutionDoesNotExist","message":"m"}' };
    expect(await find(none).found).toBeUndefined();
  });

  it('is started once under its name', async () => {
    const taken = { status: 400, body: '{"__type":"ExecutionAlreadyExists","message":"m"}' };
    const { sent, options } = line({ body: '{"executionArn":"arn","startDate":1}' }, taken);
    const started = workflows(new SFNClient(options));
    expect(await started.start(MACHINE, 'sessions-1', { cache: 'sessions' })).toBe('started');
    expect(await started.start(MACHINE, 'sessions-1', { cache: 'sessions' })).toBe('exists');
    expect(JSON.parse(sent[0] ?? '')).toEqual({
      stateMachineArn: MACHINE,
      name: 'sessions-1',
      input: '{"cache":"sessions"}',
    });
  });
});

describe('a refusal of the key that a cache is encrypted with', () => {
  const name = snapshotNameOf('jobs', slotAt(new Date('2026-11-22T00:00:00Z')));
  const snapshot = { name, kind: 'replication-group' } as const;
  const DENIED = 'User: role/x is not authorized to perform: kms:CreateGrant on resource: key/1';

  it.each([
    ['InvalidKMSKeyFault', 'The KMS key supplied is not valid.', 'SourceKeyUnusable'],
    ['InvalidKMSKey', 'no', 'SourceKeyUnusable'],
    ['AccessDenied', DENIED, 'SourceKeyUnusable'],
    ['InvalidParameterValue', 'The KMS key does not exist, or you may not use it', 'SourceKeyUnusable'],
    ['AccessDenied', 'User: role/x is not authorized to perform: elasticache:CreateSnapshot', 'AccessDenied'],
    ['InvalidParameterValue', 'The parameter SnapshotName is not valid', 'RefusedByAws'],
  ])('%s (%s) is %s, of a snapshot and of its export', async (code, message, expected) => {
    const { options } = line(refused(code, message), refused(code, message));
    const elasticache = sourceElastiCache({ region: 'eu-central-1' }, new ElastiCacheClient(options));
    const source = { node: 'jobs-001' };
    await expect(elasticache.createSnapshot({ name, source, tags: {} })).rejects.toMatchObject({
      code: expected,
    });
    await expect(elasticache.exportSnapshot(snapshot, 'landing')).rejects.toMatchObject({ code: expected });
  });
});

describe('a refusal of a bucket that ElastiCache may not use', () => {
  const name = snapshotNameOf('jobs', slotAt(new Date('2026-11-22T00:00:00Z')));
  const snapshot = { name, kind: 'replication-group' } as const;

  it.each([
    ['ElastiCache has not been granted READ_ACP permissions landing on the S3 Bucket.', 'BucketNotGranted'],
    ['The S3 bucket landing is outside of the region.', 'RefusedByAws'],
  ])('%s is %s, of an export', async (message, code) => {
    const { options } = line(refused('InvalidParameterValue', message));
    const exporting = sourceElastiCache({ region: 'eu-central-1' }, new ElastiCacheClient(options));
    await expect(exporting.exportSnapshot(snapshot, 'landing')).rejects.toMatchObject({ code });
  });

  it.each([
    ['No permission to access S3 object: staging/shard-0001.rdb', 'BucketNotGranted'],
    ['The S3 object staging/shard-0001.rdb does not exist.', 'RefusedByAws'],
    ['You have no permission to create it', 'RefusedByAws'],
  ])('%s is %s, of a cluster made from files', async (message, code) => {
    const { options } = line(refused('InvalidParameterValue', message));
    const creating = drillElastiCache(new ElastiCacheClient(options)).createCluster(ORDER);
    await expect(creating).rejects.toMatchObject({ code });
  });
});

describe('a member of a Global Datastore', () => {
  const member = (role: string) =>
    answered(
      'DescribeReplicationGroups',
      '<ReplicationGroups><ReplicationGroup><ReplicationGroupId>orders</ReplicationGroupId><Status>available</Status>' +
        '<GlobalReplicationGroupInfo><GlobalReplicationGroupId>ldgnf-orders</GlobalReplicationGroupId>' +
        `<GlobalReplicationGroupMemberRole>${role}</GlobalReplicationGroupMemberRole></GlobalReplicationGroupInfo>` +
        '</ReplicationGroup></ReplicationGroups>',
    );
  const NO_OTHERS = [refused('CacheClusterNotFound'), refused('ServerlessCacheNotFoundFault')] as const;
  const DATASTORE = answered(
    'DescribeGlobalReplicationGroups',
    '<GlobalReplicationGroups><GlobalReplicationGroup><GlobalReplicationGroupId>ldgnf-orders</GlobalReplicationGroupId><Members>' +
      '<GlobalReplicationGroupMember><ReplicationGroupId>orders</ReplicationGroupId><ReplicationGroupRegion>eu-central-1</ReplicationGroupRegion><Role>SECONDARY</Role></GlobalReplicationGroupMember>' +
      '<GlobalReplicationGroupMember><ReplicationGroupId>orders-eu</ReplicationGroupId><ReplicationGroupRegion>eu-west-1</ReplicationGroupRegion><Role>PRIMARY</Role></GlobalReplicationGroupMember>' +
      '</Members></GlobalReplicationGroup></GlobalReplicationGroups>',
  );
  const found = (...answers: readonly Answer[]) => {
    const { options } = line(...answers);
    return sourceElastiCache({ region: 'eu-central-1' }, new ElastiCacheClient(options)).findCache('orders');
  };

  it.each(['PRIMARY', 'primary'])('that is its primary (%s) is backed up as any group', async (role) =>
    expect(await found(member(role), ...NO_OTHERS)).not.toHaveProperty('refusal'),
  );

  it.each(['SECONDARY', 'secondary'])(
    'that is a secondary (%s) is refused with the primary’s name',
    async (role) =>
      expect(await found(member(role), ...NO_OTHERS, DATASTORE)).toMatchObject({
        refusal:
          'orders is a secondary of the Global Datastore ldgnf-orders; protect its primary, orders-eu in eu-west-1, instead',
      }),
  );

  it('that is a secondary is refused also if the datastore may not be described', async () =>
    expect(await found(member('SECONDARY'), ...NO_OTHERS, refused('AccessDenied'))).toMatchObject({
      refusal: 'orders is a secondary of the Global Datastore ldgnf-orders; protect its primary instead',
    }));
});
