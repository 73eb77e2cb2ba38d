import type { Finding } from '../contracts/doctor.ts';
import type { FoundBucket } from '../ports/doctor.ts';
import { type DoctorPlace, nameOfPlace, ok, problem, unknown } from './findings.ts';

/**
 * Templates of the CDK's default synthesizer refuse older bootstrap stacks.
 * https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html (checked 2026-11-23)
 */
const OLDEST_BOOTSTRAP = 6;

/** Which of the two halves these credentials can check. */
export function accountFindings(places: readonly DoctorPlace[], account: string): readonly Finding[] {
  const others = places.filter((place) => place.account !== account);
  if (others.length === places.length)
    return [
      problem({
        id: 'account-wrong',
        subject: account,
        text: `The credentials are of account ${account}, and the configuration names ${[...new Set(places.map((place) => place.account))].join(' and ')}.`,
        next: [
          'aws sts get-caller-identity',
          'npx redrill doctor, with AWS_PROFILE set to a profile of that account',
        ],
      }),
    ];
  return [
    ok({ id: 'account', subject: account, text: 'The configuration names the account of the credentials.' }),
    ...others.map((place) =>
      unknown({
        id: 'account-other',
        subject: nameOfPlace(place),
        text: `Not checked: the ${place.half} is in account ${place.account}, but the credentials are of ${account}.`,
        next: [`npx redrill doctor, with AWS_PROFILE set to a profile of account ${place.account}`],
      }),
    ),
  ];
}

/** Whether the templates accept a bootstrap stack of this version. */
export const isBootstrapped = (version: string): boolean => Number(version) >= OLDEST_BOOTSTRAP;

/** Whether a deployment finds the CDK's bootstrap stack. */
export function bootstrapFinding(version: string | undefined, place: DoctorPlace): Finding {
  const { account, region } = place;
  const subject = nameOfPlace(place);
  const next = [`npx cdk bootstrap aws://${account}/${region}`];
  if (version === undefined)
    return problem({
      id: 'bootstrap-missing',
      subject,
      text: `The CDK is not bootstrapped in account ${account}, region ${region}. npx redrill deploy does it, after asking; cdk deploy fails.`,
      next,
    });
  if (!isBootstrapped(version))
    return problem({
      id: 'bootstrap-old',
      subject,
      text: `The CDK's bootstrap stack has version ${version}; the templates need ${OLDEST_BOOTSTRAP} or newer.`,
      next,
    });
  return ok({ id: 'bootstrap', subject, text: `The CDK is bootstrapped, version ${version}.` });
}

/** ElastiCache makes the role with an account's first cache, if the caller may; the role that creates drill clusters may not. */
export function serviceLinkedRoleFinding(exists: boolean, account: string): Finding {
  if (exists)
    return ok({
      id: 'service-linked-role',
      subject: account,
      text: 'ElastiCache has its service-linked role.',
    });
  return problem({
    id: 'service-linked-role-missing',
    subject: account,
    text: `Account ${account} has no role AWSServiceRoleForElastiCache, and Redrill's roles may not create it: the first drill fails.`,
    next: ['aws iam create-service-linked-role --aws-service-name elasticache.amazonaws.com'],
  });
}

export interface NamesSeen {
  readonly place: DoctorPlace;
  readonly buckets: readonly FoundBucket[];
  readonly vaultBucket: string;
  /** `vault.kmsKeyArn` of the configuration. */
  readonly configuredKey: string | undefined;
}

/** Buckets that an earlier deployment left: CloudFormation does not create what exists. */
export function nameFindings({ place, buckets, vaultBucket, configuredKey }: NamesSeen): readonly Finding[] {
  if (buckets.length === 0)
    return [ok({ id: 'names', subject: nameOfPlace(place), text: 'The names of the buckets are free.' })];
  return buckets.map(({ name, key }) => {
    const missing = name === vaultBucket && key !== undefined && key !== configuredKey ? key : undefined;
    const adopt =
      missing === undefined
        ? ''
        : ` Its copies are encrypted under ${missing}: name this key in the configuration first.`;
    return problem({
      id: 'name-taken',
      subject: name,
      text: `The bucket exists already, so a deployment that does not adopt it fails.${adopt} See docs/deploy.md, Adopt.`,
      next: [
        ...(missing === undefined ? [] : [`configuration: set vault.kmsKeyArn to '${missing}'`]),
        'npx redrill deploy --import-existing-resources',
      ],
    });
  });
}
