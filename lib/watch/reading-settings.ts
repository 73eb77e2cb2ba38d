import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { resourceNames } from '../../core/contracts/resources.ts';
import type { Permission } from '../permissions.ts';
import { SCHEDULE_GROUP } from '../schedule/schedules.ts';
import type { Store } from '../storage/stores.ts';
import type { AlertTopic } from './alert-topic.ts';
import { readingChannels } from './reading-channels.ts';

interface Watched {
  readonly buckets: readonly Store[];
  /** Whose versions are locked. @default none */
  readonly lockedBucket?: Store;
  readonly keyArns: readonly string[];
  readonly alerts: AlertTopic;
}

const OF_EVERY_BUCKET = [
  's3:GetEncryptionConfiguration',
  's3:GetBucketPublicAccessBlock',
  's3:GetLifecycleConfiguration',
  's3:GetBucketPolicy',
];

/** What comparing the settings of a stack with what was synthesised takes. */
export function readingSettings(
  stack: Stack,
  { buckets, lockedBucket, keyArns, alerts }: Watched,
): readonly Permission[] {
  return [
    ...buckets.map((bucket) => bucket.settings(...OF_EVERY_BUCKET)),
    ...(lockedBucket === undefined
      ? []
      : [lockedBucket.settings('s3:GetBucketVersioning', 's3:GetBucketObjectLockConfiguration')]),
    { actions: ['kms:DescribeKey', 'kms:GetKeyPolicy'], resources: keyArns },
    {
      actions: ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies'],
      resources: [
        stack.formatArn({
          service: 'iam',
          region: '',
          resource: 'role',
          resourceName: resourceNames.role('*', stack.region),
        }),
      ],
      because: 'The roles of the stack, whose names all end in its region.',
    },
    {
      actions: ['scheduler:GetSchedule'],
      resources: [
        stack.formatArn({ service: 'scheduler', resource: 'schedule', resourceName: `${SCHEDULE_GROUP}/*` }),
      ],
      because: 'The schedules of the stack’s own group.',
    },
    {
      actions: ['cloudwatch:DescribeAlarms'],
      resources: [
        stack.formatArn({
          service: 'cloudwatch',
          resource: 'alarm',
          resourceName: '*',
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      because: 'DescribeAlarms is allowed on all alarms of a region or on none.',
    },
    {
      actions: ['cloudwatch:SetAlarmState'],
      resources: [
        stack.formatArn({
          service: 'cloudwatch',
          resource: 'alarm',
          resourceName: 'redrill-*',
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      because: 'The alarms of the stack: when a subscription is confirmed, those in ALARM are sent again.',
    },
    { actions: ['sns:ListSubscriptionsByTopic'], resources: [...alerts.arns, ...alerts.otherSide.topics] },
    {
      actions: ['sns:GetSubscriptionAttributes'],
      resources: ['*'],
      because: 'SNS knows no resource types for GetSubscriptionAttributes.',
    },
    ...readingChannels(stack, alerts.channels),
  ];
}
