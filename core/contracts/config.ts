import * as z from 'zod';
import { REGION_FORM } from '../model/region.ts';
import { alerts } from './alert-config.ts';
import { aliases, cacheId } from './aliases.ts';
import { lock } from './lock.ts';
import { plan, planNameInConfig } from './plan.ts';
import { form } from './problems.ts';
import { servers } from './servers.ts';

/**
 * The configuration: what is protected, how often, how long it is kept, and who is told. It is parsed when the stacks
 * are synthesised; the plans travel with every Lambda, so a deployment is what changes them.
 */

const regionForm = form('a region', 'write it as eu-west-1');
export const region = z.string(regionForm).regex(REGION_FORM, regionForm);

const accountForm = form('an account id', 'write its 12 digits as a string');
const account = z.string(accountForm).regex(/^\d{12}$/, accountForm);

const groupIdForm = form(
  'a replication group id',
  'use at most 40 lower-case letters, digits and single hyphens, the first a letter',
);
export const groupId = z.string(groupIdForm).regex(/^[a-z](?!.*--)[a-z0-9-]{0,39}(?<!-)$/, groupIdForm);

const keyForm = form(
  'the ARN of a KMS key',
  'write it as arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
);
const keyArn = z.string(keyForm).regex(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, keyForm);

/** A role holds so many ARNs in its policy; more would need other policies than one. */
const SOURCE_KEYS_MAX = 40;

const vpcForm = form('a VPC id', 'write it as vpc-0123456789abcdef0');
const zoneForm = form('an availability zone', 'write it as eu-central-1a');
const subnetForm = form('a subnet id', 'write it as subnet-0123456789abcdef0');
const parameterForm = form('the name of an SSM parameter', 'write it as /redrill/heartbeat');

const endingForm = form('the ending of a URL', 'write it as /fail');
const ending = z.string(endingForm).regex(/^\/[\w-]+$/, endingForm);
const queryForm = form('the name of a query parameter', 'write it as rid');

/** How a dead man's switch tells pings apart; what it has no ending for, it is not told. */
const convention = z.union([
  z.enum(['plain', 'healthchecks']),
  z.strictObject({
    /** Appended to the URL when a look begins. */
    start: ending.optional(),
    /** Appended when a cache is outside its RPO, or the look itself fails. */
    fail: ending.optional(),
    /** Query parameter for the UUID of the look, the same for all its pings. */
    runId: z
      .string(queryForm)
      .regex(/^[A-Za-z][\w-]*$/, queryForm)
      .optional(),
  }),
]);
export type HeartbeatConvention = z.output<typeof convention>;

const network = z.strictObject({
  /** An existing VPC of the vault region to drill in, instead of the isolated one that the stack makes. */
  vpcId: z.string(vpcForm).regex(/^vpc-[0-9a-f]+$/, vpcForm),
  /** Its isolated subnets; they need a route to the S3 gateway endpoint and nothing else. */
  subnetIds: z.array(z.string(subnetForm).regex(/^subnet-[0-9a-f]+$/, subnetForm)).min(1),
  availabilityZones: z.array(z.string()).min(1),
});

export const configSchema = z.strictObject({
  /** @default the account of the credentials that deploy */
  account: account.optional(),
  source: z.strictObject({
    region,
    /** Customer managed keys that caches are encrypted at rest with; ElastiCache encrypts their snapshots with them too. */
    kmsKeys: z.array(keyArn).max(SOURCE_KEYS_MAX).default([]),
    /**
     * Other names for caches. Redrill tells caches apart by their ids; where two of different kinds have the same one, an
     * alias for one of them names its place in the vault, and stands in `caches`.
     */
    aliases: aliases.optional(),
  }),
  vault: z.strictObject({
    region,
    /** The account that holds the vault. @default the source's */
    account: account.optional(),
    /** Object Lock of everything in the vault: nobody deletes a version younger than this. */
    lock: lock.default({ mode: 'governance', days: 1, tiers: {} }),
    /** The KMS key of a vault that an earlier deployment left, to be used again. @default a key of the stack's own */
    kmsKeyArn: keyArn.optional(),
    /**
     * How ElastiCache may read what drills and restores are made from: by the staging bucket's policy, or by the ACL of
     * each file besides. Under `acl` the bucket has ACLs enabled.
     */
    seedGrant: z.enum(['policy', 'acl']).default('policy'),
    /** @default an isolated VPC of the stack's own */
    drillNetwork: network.optional(),
    /**
     * Availability zones of that VPC, for example those that offer the plans' node types. Other zones make another VPC.
     * @default the first two of the region
     */
    drillZones: z
      .array(z.string(zoneForm).regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, zoneForm))
      .min(1)
      .max(4)
      .optional(),
    /**
     * Shards of one cache that an ingest copies and reads, or a drill stages, at the same time; a Lambda runs for each. A
     * state machine's Map takes 40 at most. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
     */
    shardsAtOnce: z.int().min(1).max(40).default(4),
  }),
  plans: z.record(planNameInConfig, plan),
  /** Caches named here by id, and their plan. Caches that carry the tag `redrill:plan` are found as well. */
  caches: z.record(cacheId, planNameInConfig).default({}),
  /** Redis and Valkey servers of one's own, whose hosts ship their backups with `redrill ship`. */
  servers: servers.default({}),
  alerts: alerts.default(() => alerts.parse({})),
  /** SSM parameter of the vault region that holds the dead-man's-switch URL. @default no heartbeat */
  heartbeat: z
    .strictObject({
      parameter: z.string(parameterForm).regex(/^\/[\w./-]+$/, parameterForm),
      convention: convention.default('plain'),
    })
    .optional(),
});

export type ConfigInput = z.input<typeof configSchema>;
export type Config = z.output<typeof configSchema>;

/** Types a configuration; nothing is checked until it is parsed. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}
