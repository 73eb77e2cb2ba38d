import * as z from 'zod';

/**
 * What protects the vault and brings people the news, as it was synthesised: written into the bundle of the Lambda that
 * compares it with what there is. Settings are in the form of the service's own API, so that the command that puts one
 * back can be given it as it stands. `{NAME}` in a text stands for the Lambda's variable of that name.
 */

/** What of a bucket is watched. */
export const BUCKET_SETTINGS = ['versioning', 'lock', 'encryption', 'publicAccess', 'lifecycle'] as const;
export type BucketSetting = (typeof BUCKET_SETTINGS)[number];

/** A setting as an API gives and takes it. */
export type SettingDocument = Readonly<Record<string, unknown>>;

const document = z.record(z.string(), z.json());

export const expectedSettings = z.strictObject({
  version: z.literal(1),
  stack: z.string(),
  region: z.string(),
  buckets: z.array(
    z.strictObject({ name: z.string(), settings: z.partialRecord(z.enum(BUCKET_SETTINGS), document) }),
  ),
  /** ARNs of the KMS keys that the vault cannot be read without. */
  keys: z.array(z.string()),
  schedules: z.array(z.strictObject({ group: z.string(), name: z.string(), setting: document })),
  alarms: z.array(z.strictObject({ name: z.string(), setting: document })),
  topics: z.array(
    z.strictObject({
      arn: z.string(),
      subscriptions: z.array(z.strictObject({ protocol: z.string(), endpoint: z.string() })),
    }),
  ),
});
export type ExpectedSettings = z.output<typeof expectedSettings>;

/** The file beside the bundle that carries them. */
export const EXPECTED_FILE = 'expected-settings.json';
