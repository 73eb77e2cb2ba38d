import * as z from 'zod';

/**
 * What protects the vault and brings people the news, as it was synthesised: written into the bundle of the Lambda that
 * compares it with what there is. Settings are in the form of the service's own API, so that the command that puts one
 * back can be given it as it stands. `{NAME}` in a text stands for the Lambda's variable of that name.
 */

/** What of a bucket is watched. */
export const BUCKET_SETTINGS = [
  'versioning',
  'lock',
  'encryption',
  'publicAccess',
  'lifecycle',
  'policy',
] as const;
export type BucketSetting = (typeof BUCKET_SETTINGS)[number];

/** A setting as an API gives and takes it. */
export type SettingDocument = Readonly<Record<string, unknown>>;

const document = z.record(z.string(), z.json());

/** What carries alerts besides topics and their subscriptions. */
export const CHANNEL_PARTS = ['bus', 'rule', 'invoker', 'parameter', 'slack', 'teams'] as const;
export type ChannelPart = (typeof CHANNEL_PARTS)[number];

/** A role as IAM has it. No role has managed policies. */
const roleSetting = z.strictObject({
  name: z.string(),
  /** Who may assume it. */
  trust: document,
  /** Inline policies, by name. */
  policies: z.record(z.string(), document),
  /** ARN of its permissions boundary. @default it has none */
  boundary: z.string().optional(),
});
export type RoleSetting = z.output<typeof roleSetting>;

/** The other half of the deployment, which each half looks at. */
const otherSide = z.strictObject({
  region: z.string(),
  /** ARNs of the topics over which it sends alerts. */
  topics: z.array(z.string()),
  /** Addresses that are sent no alert. */
  testsOnly: z.array(z.string()),
});
export type OtherSide = z.output<typeof otherSide>;

export const expectedSettings = z.strictObject({
  version: z.literal(1),
  stack: z.string(),
  region: z.string(),
  buckets: z.array(
    z.strictObject({ name: z.string(), settings: z.partialRecord(z.enum(BUCKET_SETTINGS), document) }),
  ),
  /** The KMS keys that the vault cannot be read, or no alert be sent, without. */
  keys: z.array(
    z.strictObject({
      arn: z.string(),
      of: z.enum(['vault', 'alerts']),
      /** @default the policy is not Redrill's, and not watched */
      policy: document.optional(),
    }),
  ),
  schedules: z.array(z.strictObject({ group: z.string(), name: z.string(), setting: document })),
  alarms: z.array(z.strictObject({ name: z.string(), setting: document })),
  topics: z.array(
    z.strictObject({
      arn: z.string(),
      subscriptions: z.array(
        z.strictObject({
          protocol: z.string(),
          endpoint: z.string(),
          /** Values of the messages' attributes. @default it passes all messages */
          filter: document.optional(),
          /** @default SNS's envelope */
          raw: z.literal(true).optional(),
          /** Its filter lets test messages through and no alert. */
          testsOnly: z.literal(true).optional(),
        }),
      ),
    }),
  ),
  /**
   * A bus by its name; a rule by `<bus>/<name>`; a function by its name, with the policy that lets rules invoke it; an SSM
   * parameter, which need only be there; a channel of Slack or Teams by the name of its configuration.
   */
  channels: z.array(z.strictObject({ part: z.enum(CHANNEL_PARTS), name: z.string(), setting: document })),
  /** What every role of the stack may do, and who may assume it. */
  roles: z.array(roleSetting),
  /** The stack in the other region; absent from a stack that stands alone. */
  otherSide: otherSide.optional(),
});
export type ExpectedSettings = z.output<typeof expectedSettings>;

/** The file beside the bundle that carries them. */
export const EXPECTED_FILE = 'expected-settings.json';
