import type { BucketSetting, SettingDocument } from '../../contracts/settings.ts';
import { policyDifferences } from './compare-policies.ts';
import { objectOf, textOf } from './setting-text.ts';
import type { WatchedSetting } from './watched-settings.ts';

/** The s3api command that puts each setting of a bucket back, and the option that takes it. */
const PUTTING: Readonly<Record<BucketSetting, readonly [command: string, option: string]>> = {
  versioning: ['put-bucket-versioning', '--versioning-configuration'],
  lock: ['put-object-lock-configuration', '--object-lock-configuration'],
  encryption: ['put-bucket-encryption', '--server-side-encryption-configuration'],
  publicAccess: ['put-public-access-block', '--public-access-block-configuration'],
  lifecycle: ['put-bucket-lifecycle-configuration', '--lifecycle-configuration'],
  policy: ['put-bucket-policy', '--policy'],
};

/**
 * The quickest commands that put one setting back; none where only a deployment can.
 * @param found undefined if the setting is gone
 */
export function repairsOf(
  setting: WatchedSetting,
  found: SettingDocument | undefined,
  region: string,
): readonly string[] {
  const at = `--region ${region}`;
  switch (setting.kind) {
    case 'bucket': {
      const [command, option] = PUTTING[setting.setting];
      return [`aws s3api ${command} ${at} --bucket ${setting.bucket} ${option} ${quoted(setting.expected)}`];
    }
    case 'key':
      return keyRepairs(setting.key, found, at);
    case 'keyPolicy':
      return [
        `aws kms put-key-policy ${at} --key-id ${setting.key} --policy-name default --policy ${quoted(setting.expected)}`,
      ];
    case 'role':
      return found === undefined ? [] : roleRepairs(setting, found);
    case 'schedule':
      return scheduleRepairs(setting, found, at);
    case 'alarm':
      return found?.ActionsEnabled === false && setting.expected.ActionsEnabled === true
        ? [`aws cloudwatch enable-alarm-actions ${at} --alarm-names ${setting.name}`]
        : [];
    case 'subscription':
      return subscriptionRepairs(setting, found, at);
    case 'audience':
      return [
        `aws sns subscribe ${at} --topic-arn ${setting.topic} --protocol email --notification-endpoint on-call@example.com`,
      ];
    case 'channel':
      return channelRepairs(setting, found, at);
  }
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html: the key is disabled afterwards. */
function keyRepairs(key: string, found: SettingDocument | undefined, at: string): readonly string[] {
  const enable = `aws kms enable-key ${at} --key-id ${key}`;
  if (found?.KeyState === 'PendingDeletion')
    return [`aws kms cancel-key-deletion ${at} --key-id ${key}`, enable];
  return found?.KeyState === 'Disabled' ? [enable] : [];
}

/** Attributes are texts. SNS takes the scope of a filter with the filter alone. */
function subscriptionRepairs(
  { topic, protocol, endpoint, expected }: Extract<WatchedSetting, { readonly kind: 'subscription' }>,
  found: SettingDocument | undefined,
  at: string,
): readonly string[] {
  const { Status: _, ...attributes } = expected;
  const textOfValue = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  if (found?.Status !== 'confirmed') {
    const { FilterPolicy, RawMessageDelivery } = attributes;
    const set = {
      ...(textOf(FilterPolicy) !== '{}' && { FilterPolicy: textOfValue(FilterPolicy) }),
      ...(RawMessageDelivery === 'true' && { RawMessageDelivery: 'true' }),
    };
    const options = Object.keys(set).length === 0 ? '' : ` --attributes ${quoted(set)}`;
    return [
      `aws sns subscribe ${at} --topic-arn ${topic} --protocol ${protocol} --notification-endpoint ${endpoint}${options}`,
    ];
  }
  return Object.entries(attributes)
    .filter(([name, value]) => textOf(value) !== textOf(found[name]))
    .map(
      ([name, value]) =>
        `aws sns set-subscription-attributes ${at} --subscription-arn ${found.Arn} --attribute-name ${name} --attribute-value '${textOfValue(value)}'`,
    );
}

function channelRepairs(
  { part, name }: Extract<WatchedSetting, { readonly kind: 'channel' }>,
  found: SettingDocument | undefined,
  at: string,
): readonly string[] {
  const [rule, bus] = [name.split('/').at(-1), name.slice(0, name.lastIndexOf('/'))];
  switch (part) {
    case 'bus':
      return [`aws events create-event-bus ${at} --name ${name}`];
    case 'rule':
      return found?.State === 'DISABLED'
        ? [`aws events enable-rule ${at} --name ${rule} --event-bus-name ${bus}`]
        : [];
    case 'parameter':
      return [`aws ssm put-parameter ${at} --name ${name} --type SecureString --value KEY`];
    case 'invoker':
    case 'slack':
    case 'teams':
      // Only a deployment puts these back.
      return [];
  }
}

/** IAM is global, so these name no region. */
function roleRepairs(
  { role, expected }: Extract<WatchedSetting, { readonly kind: 'role' }>,
  found: SettingDocument,
): readonly string[] {
  const of = `--role-name ${role}`;
  const [wanted, there] = [expected.Policies, found.Policies].map(objectOf) as [
    SettingDocument,
    SettingDocument,
  ];
  const trust = policyDifferences(objectOf(expected.Trust), objectOf(found.Trust));
  const attached = Array.isArray(found.Attached) ? (found.Attached as readonly string[]) : [];
  return [
    ...attached.map((arn) => `aws iam detach-role-policy ${of} --policy-arn ${arn}`),
    ...Object.keys(there)
      .filter((name) => !Object.hasOwn(wanted, name))
      .map((name) => `aws iam delete-role-policy ${of} --policy-name ${name}`),
    ...Object.entries(wanted)
      .filter(([name, policy]) => policyDifferences(objectOf(policy), objectOf(there[name])).length > 0)
      .map(
        ([name, policy]) =>
          `aws iam put-role-policy ${of} --policy-name ${name} --policy-document ${quoted(policy)}`,
      ),
    ...(trust.length === 0
      ? []
      : [`aws iam update-assume-role-policy ${of} --policy-document ${quoted(expected.Trust)}`]),
    ...boundaryRepairs(of, expected.Boundary, found.Boundary),
  ];
}

function boundaryRepairs(of: string, expected: unknown, found: unknown): readonly string[] {
  if (expected === found) return [];
  return expected === undefined
    ? [`aws iam delete-role-permissions-boundary ${of}`]
    : [`aws iam put-role-permissions-boundary ${of} --permissions-boundary ${expected}`];
}

/**
 * An update replaces the whole schedule, so it repeats what was found but for what should be otherwise.
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
 */
function scheduleRepairs(
  { expected }: WatchedSetting,
  found: SettingDocument | undefined,
  at: string,
): readonly string[] {
  if (found === undefined || found.Function !== expected.Function) return [];
  const { Function: _function, Input, ...wanted } = expected;
  const { Definition } = found;
  if (typeof Definition !== 'object' || Definition === null) return [];
  const { Target, ...rest } = Definition as { readonly Target?: object };
  const input = { ...rest, ...wanted, Target: { ...Target, Input } };
  return [`aws scheduler update-schedule ${at} --cli-input-json ${quoted(input)}`];
}

/** As one word of a shell. */
function quoted(value: unknown): string {
  return `'${JSON.stringify(value).replaceAll("'", "'\\''")}'`;
}
