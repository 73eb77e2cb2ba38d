import { type Deployed, drifts } from './deployed.ts';

const call = ({ world }: Deployed, service: string, operation: string, input: object) =>
  world.demo.call(service, operation, world.demo.source.region, input);

const onLanding = (on: Deployed, operation: string, input: object = {}) =>
  call(on, 's3', operation, { Bucket: on.world.demo.landingBucket, ...input });

/** Attacks on the half beside the caches: watch-source reports them. */
export const SOURCE_ATTACKS = drifts(15, [
  {
    name: 'a backup schedule is disabled',
    subject: () => 'schedules: not as deployed',
    says: [/schedule redrill-backup-session-store:/, /found: "DISABLED"/],
    attack: async (on) => {
      const name = { Name: 'redrill-backup-session-store', GroupName: 'redrill' };
      const schedule = await call(on, 'scheduler', 'GetSchedule', name);
      const { Arn: _, CreationDate: __, ...kept } = schedule as Record<string, unknown>;
      await call(on, 'scheduler', 'UpdateSchedule', { ...kept, State: 'DISABLED' });
    },
  },
  {
    name: 'the public access block of the landing bucket is deleted',
    subject: (on) => `public access block of ${on.world.demo.landingBucket}: not as deployed`,
    says: [/found: nothing/],
    attack: (on) => onLanding(on, 'DeletePublicAccessBlock'),
  },
  {
    name: 'the lifecycle rules of the landing bucket are deleted',
    subject: (on) => `lifecycle rules of ${on.world.demo.landingBucket}: not as deployed`,
    says: [/found: nothing/],
    attack: (on) => onLanding(on, 'DeleteBucketLifecycle'),
  },
  {
    name: 'the landing bucket’s policy grants another account access',
    subject: (on) => `bucket policy of ${on.world.demo.landingBucket}: not as deployed`,
    says: [/expected: no such statement\n {4}found: Allow s3:getobject on /],
    attack: async (on) => {
      const { Policy } = (await onLanding(on, 'GetBucketPolicy')) as { Policy: string };
      const policy = JSON.parse(Policy) as { readonly Statement: readonly object[] };
      const grant = {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::999988887777:root' },
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${on.world.demo.landingBucket}/*`,
      };
      const changed = { ...policy, Statement: [...policy.Statement, grant] };
      await onLanding(on, 'PutBucketPolicy', { Policy: JSON.stringify(changed) });
    },
  },
]);
