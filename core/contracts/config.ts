import { z } from 'zod';
import { AppError } from '../model/errors.ts';
import { configProblems } from './config-rules.ts';
import { plan } from './plan.ts';

/**
 * The configuration: what is protected, how often, how long it is kept, and who is told. It is parsed when the stacks
 * are synthesised; the plans travel with every Lambda, so a deployment is what changes them.
 */

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, {
  error: (issue) => `'${issue.input}' is not a region; write it as eu-west-1`,
});

const account = z.string().regex(/^\d{12}$/, {
  error: (issue) => `'${issue.input}' is not an account id; write its 12 digits as a string`,
});

const planName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, {
  error: (issue) =>
    `'${issue.input}' is not a plan name; use lower-case letters, digits and hyphens, at most 32`,
});
const cacheId = z.string().regex(/^[a-z](?!.*--)[a-z0-9-]{0,39}(?<!-)$/, {
  error: (issue) =>
    `'${issue.input}' is not a replication group id; use 1 to 40 lower-case letters, digits and single hyphens`,
});

const network = z.strictObject({
  /** An existing VPC of the vault region to drill in, instead of the isolated one that the stack makes. */
  vpcId: z.string().regex(/^vpc-[0-9a-f]+$/),
  /** Its isolated subnets; they need a route to the S3 gateway endpoint and nothing else. */
  subnetIds: z.array(z.string().regex(/^subnet-[0-9a-f]+$/)).min(1),
  availabilityZones: z.array(z.string()).min(1),
});

const schema = z.strictObject({
  /** @default the account of the credentials that deploy */
  account: account.optional(),
  source: z.strictObject({ region }),
  vault: z.strictObject({
    region,
    /** The account that holds the vault. @default the source's */
    account: account.optional(),
    /** Object Lock of everything in the vault: nobody deletes a version younger than this. */
    lock: z
      .strictObject({ mode: z.enum(['governance', 'compliance']), days: z.int().min(1).max(36_500) })
      .default({ mode: 'governance', days: 1 }),
    /** @default an isolated VPC of the stack's own */
    drillNetwork: network.optional(),
  }),
  plans: z.record(planName, plan),
  /** Caches named here by id, and their plan. Caches that carry the tag `redrill:plan` are found as well. */
  caches: z.record(cacheId, planName).default({}),
  alerts: z.strictObject({ emails: z.array(z.email()).default([]) }).default({ emails: [] }),
  /** SSM parameter of the vault region that holds the dead-man's-switch URL. @default no heartbeat */
  heartbeat: z.strictObject({ parameter: z.string().regex(/^\/[\w./-]+$/) }).optional(),
});

export type ConfigInput = z.input<typeof schema>;
export type Config = z.output<typeof schema>;

/** Types a `redrill.config.ts`; nothing is checked until it is parsed. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

/**
 * @throws AppError `BadConfig` that lists every problem: where, the wrong value, and the fix
 */
export function parseConfig(input: unknown, file = 'redrill.config.ts'): Config {
  const parsed = schema.safeParse(input, { reportInput: true });
  const problems = parsed.success ? configProblems(parsed.data) : parsed.error.issues.flatMap(problemsOf);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new AppError(
    'BadConfig',
    `${file} cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
  );
}

function problemsOf(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === 'invalid_union') {
    // A plan is either protected or not; only the reading that the person meant is worth telling.
    const input = issue.input as object | undefined;
    const meant =
      issue.errors[input !== undefined && 'unprotected' in Object(input) ? 0 : issue.errors.length - 1] ?? [];
    return meant.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  const where = issue.path.join('.') || 'the configuration';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${where}: '${key}' is not a field; remove it or correct its spelling`);
  }
  const value = issue.input === undefined ? 'nothing' : JSON.stringify(issue.input);
  return [
    issue.message.includes(String(issue.input))
      ? `${where}: ${issue.message}`
      : `${where}: ${issue.message} (it is ${value})`,
  ];
}
