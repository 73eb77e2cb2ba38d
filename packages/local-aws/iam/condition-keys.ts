import { NotModelledError } from '../model/service.ts';

/** How a condition key is known: by its whole name, or by the part before a tag or context key (`aws:ResourceTag/`). */
interface ConditionKey {
  readonly name: string;
  /** A request may carry several values, so policies must qualify it with `ForAllValues` or `ForAnyValue`. */
  readonly multivalued?: true;
}

/**
 * Keys that the local AWS supplies, or leaves out where AWS would. A policy that uses any other is refused when it is
 * deployed: a key nobody supplies would make a condition silently false, or a Deny silently toothless.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 */
const CONDITION_KEYS: readonly ConditionKey[] = [
  ...named('aws:', [
    'PrincipalAccount',
    'PrincipalArn',
    'PrincipalIsAWSService',
    'PrincipalServiceName',
    'PrincipalType',
    'RequestedRegion',
    'ResourceAccount',
    'SecureTransport',
    'SourceAccount',
    'SourceArn',
    'SourceOwner',
    'ViaAWSService',
    'RequestTag/',
    'ResourceTag/',
  ]),
  { name: 'aws:tagkeys', multivalued: true },
  ...named('s3:', [
    'authType',
    'delimiter',
    'if-match',
    'if-none-match',
    'max-keys',
    'object-lock-legal-hold',
    'object-lock-mode',
    'object-lock-remaining-retention-days',
    'object-lock-retain-until-date',
    'ObjectCreationOperation',
    'prefix',
    'ResourceAccount',
    'signatureversion',
    'TlsVersion',
    'VersionId',
    'x-amz-acl',
    'x-amz-content-sha256',
    'x-amz-copy-source',
    'x-amz-grant-read',
    'x-amz-grant-read-acp',
    'x-amz-metadata-directive',
    'x-amz-server-side-encryption',
    'x-amz-server-side-encryption-aws-kms-key-id',
    'x-amz-server-side-encryption-customer-algorithm',
    'x-amz-storage-class',
    'ExistingObjectTag/',
    'RequestObjectTag/',
  ]),
  { name: 's3:requestobjecttagkeys', multivalued: true },
  ...named('elasticache:', [
    'AtRestEncryptionEnabled',
    'AuthTokenEnabled',
    'AutomaticFailoverEnabled',
    'CacheNodeType',
    'CacheParameterGroupName',
    'ClusterModeEnabled',
    'DataStorageUnit',
    'Durability',
    'EngineType',
    'EngineVersion',
    'KmsKeyId',
    'MaximumDataStorage',
    'MaximumECPUPerSecond',
    'MinimumDataStorage',
    'MinimumECPUPerSecond',
    'MultiAZEnabled',
    'NumNodeGroups',
    'ReplicasPerNodeGroup',
    'SnapshotRetentionLimit',
    'TransitEncryptionEnabled',
    'UserAuthenticationMode',
  ]),
  ...named('ec2:', ['CreateAction', 'VpceServiceName']),
  ...named('kms:', ['CallerAccount', 'EncryptionContext:', 'GrantIsForAWSResource', 'ViaService']),
  { name: 'kms:encryptioncontextkeys', multivalued: true },
  ...named('sns:', ['Endpoint', 'Protocol']),
  ...named('iam:', ['AWSServiceName', 'PassedToService']),
  ...named('cloudwatch:', ['namespace']),
  // Supplied by nobody: credentials are never asked for with an ExternalId here.
  ...named('sts:', ['ExternalId']),
];

/**
 * Refuses a condition key that is not modelled, and a multivalued one without a set qualifier, whose outcome IAM
 * leaves undefined.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function checkConditionKey(
  key: string,
  options: { readonly qualified: boolean; where: string },
): void {
  const lower = key.toLowerCase();
  const known = CONDITION_KEYS.find(({ name }) =>
    name.endsWith('/') || name.endsWith(':')
      ? lower.startsWith(name) && lower.length > name.length
      : lower === name,
  );
  if (known === undefined) throw new NotModelledError(`the condition key ${key} (${options.where})`);
  if (known.multivalued && !options.qualified) {
    throw new NotModelledError(
      `the multivalued condition key ${key} without ForAllValues or ForAnyValue (${options.where})`,
    );
  }
}

function named(prefix: string, names: readonly string[]): readonly ConditionKey[] {
  return names.map((name) => ({ name: `${prefix}${name}`.toLowerCase() }));
}
