import type { VirtualClock } from '../clock.ts';
import type { ResourceHandler } from '../cloudformation/resource.ts';
import { type Located, policyOperations } from './kms/policies.ts';
import { freshKey, keyHandlers } from './kms/resources.ts';
import { type Key, KeyStore, keyState } from './kms/store.ts';
import { refuseUnknown } from './lambda/refuse.ts';
import { type Call, type Service, ServiceError } from './service.ts';

/** What a key is used for on behalf of another service's caller. */
export type KeyUse = 'kms:Decrypt' | 'kms:DescribeKey' | 'kms:Encrypt' | 'kms:GenerateDataKey';

export interface Kms {
  readonly service: Service;
  readonly resourceHandlers: readonly ResourceHandler[];
  /**
   * Lets another service use a key for its caller: identity and key policy, with `kms:ViaService`,
   * `kms:CallerAccount` and the encryption context as condition keys, then the state of the key.
   * @param keyId id, ARN, alias name or alias ARN; must be in the call's region
   * @throws ServiceError the calling service's codes: access denied, key not found, disabled, pending deletion
   */
  authorizeUse(
    call: Call,
    keyId: string,
    use: KeyUse,
    encryptionContext?: Readonly<Record<string, string>>,
  ): Key;
  /**
   * Lets another service look at a key and make itself a grant on it, for its caller; nobody reads what was granted.
   * @throws ServiceError as {@link authorizeUse} does
   */
  authorizeGrant(call: Call, keyId: string, request: GrantRequest): Key;
  /** A key that is there already, as one of its owner's, with the policy that the console gives it. */
  addKey(key: {
    readonly id: string;
    readonly account: string;
    readonly region: string;
    /** With its prefix: `alias/caches`. @default none */
    readonly alias?: string;
  }): Key;
}

/** How a service asks for a grant. */
export interface GrantRequest {
  /** The names that it goes under, for its caller: a policy has to allow all. None if it asks for itself. */
  readonly through: readonly string[];
  /** Whether the request says that the grant is for a service of AWS. */
  readonly isMarked: boolean;
}

/**
 * KMS: symmetric keys, their policies and states. No bytes are encrypted: what matters here is who may use a key and
 * whether it can be used.
 */
export function createKms({ clock }: { readonly clock: VirtualClock }): Kms {
  const keys = new KeyStore(clock);
  const located: Located = (input, call, known) => keyOf(keys, call, input, known);
  return {
    service: {
      name: 'kms',
      operations: { ...readOperations(keys), ...policyOperations(located), ...stateOperations(keys) },
    },
    resourceHandlers: keyHandlers(keys),
    authorizeUse: (call, keyId, use, encryptionContext = {}) => {
      const key = existingKey(keys, call, keyId);
      authorize(call, key, use, { ...viaService(call), ...contextKeys(encryptionContext) });
      return requireUsable(key, call);
    },
    authorizeGrant: (call, keyId, { through, isMarked }) => {
      const key = existingKey(keys, call, keyId);
      for (const service of through) {
        const via = viaService(call, service);
        authorize(call, key, 'kms:DescribeKey', via);
        const mark = isMarked ? { 'kms:GrantIsForAWSResource': 'true' } : {};
        authorize(call, key, 'kms:CreateGrant', { ...via, ...mark });
      }
      return requireUsable(key, call);
    },
    addKey: ({ alias, ...key }) => {
      const added = keys.add({ ...key, ...freshKey(key.account) });
      if (alias !== undefined) keys.addAlias(alias, added);
      return added;
    },
  };
}

function existingKey(keys: KeyStore, call: Call, keyId: string): Key {
  const key = keys.find(call, keyId);
  if (key === undefined) throw useRefused(call, 'NotFound', `Key '${keyId}' does not exist`);
  return key;
}

function requireUsable(key: Key, call: Call): Key {
  const state = keyState(key, call.now);
  if (state === 'Disabled') throw useRefused(call, 'Disabled', `${key.arn} is disabled.`);
  if (state === 'PendingDeletion') throw useRefused(call, 'InvalidState', `${key.arn} is pending deletion.`);
  return key;
}

/** Codes of an unusable key: KMS's own, and how S3, SNS and ElastiCache pass them on. */
const UNUSABLE = {
  NotFound: {
    kms: 'NotFoundException',
    s3: 'KMS.NotFoundException',
    sns: 'KMSNotFound',
    elasticache: 'InvalidKMSKeyFault',
  },
  Disabled: {
    kms: 'DisabledException',
    s3: 'KMS.DisabledException',
    sns: 'KMSDisabled',
    elasticache: 'InvalidKMSKeyFault',
  },
  InvalidState: {
    kms: 'KMSInvalidStateException',
    s3: 'KMS.KMSInvalidStateException',
    sns: 'KMSInvalidState',
    elasticache: 'InvalidKMSKeyFault',
  },
} as const;

/**
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html, where alone
 * ElastiCache's code stands: "The KMS key supplied is not valid."
 */
function useRefused(call: Call, problem: keyof typeof UNUSABLE, message: string): ServiceError {
  const codes: Readonly<Record<string, string>> = UNUSABLE[problem];
  return new ServiceError(codes[call.service] ?? UNUSABLE[problem].kms, message);
}

function authorize(
  call: Call,
  key: Key,
  action: string,
  conditions: Readonly<Record<string, string | readonly string[]>> = {},
): void {
  const tags = Object.entries(key.tags).map(([name, value]) => [`aws:ResourceTag/${name}`, value] as const);
  call.authorize({
    action,
    resource: key.arn,
    resourceAccount: key.account,
    resourcePolicy: key.policy,
    conditions: { 'kms:CallerAccount': call.principal.account, ...Object.fromEntries(tags), ...conditions },
  });
}

/**
 * Set where a service uses the key for a role or an administrator; a service that calls for itself (CloudWatch
 * publishing an alarm) is named by the key policy instead.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
function viaService(call: Call, service = call.service): Readonly<Record<string, string>> {
  if (call.service === 'kms' || call.principal.kind === 'service') return {};
  return { 'kms:ViaService': `${service}.${call.region}.amazonaws.com`, 'aws:ViaAWSService': 'true' };
}

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html */
function contextKeys(
  context: Readonly<Record<string, string>>,
): Readonly<Record<string, string | readonly string[]>> {
  const entries = Object.entries(context);
  if (entries.length === 0) return {};
  return {
    ...Object.fromEntries(entries.map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
    'kms:EncryptionContextKeys': Object.keys(context),
  };
}

interface KeyInput {
  readonly KeyId: string;
}

/** The key of an administrative call, authorised. */
function keyOf(keys: KeyStore, call: Call, input: KeyInput, known: readonly string[] = []): Key {
  refuseUnknown(`kms:${call.operation}`, input, ['KeyId', ...known]);
  const key = keys.find(call, input.KeyId);
  if (key === undefined) throw new ServiceError('NotFoundException', `Key '${input.KeyId}' does not exist`);
  authorize(call, key, `kms:${call.operation}`);
  return key;
}

function readOperations(keys: KeyStore): Service['operations'] {
  return {
    DescribeKey: async (input: KeyInput, call) => {
      const key = keyOf(keys, call, input);
      return { KeyMetadata: describe(key, call.now) };
    },
    ListAliases: async (input: object, call) => {
      refuseUnknown('kms:ListAliases', input, []);
      call.authorize({ action: 'kms:ListAliases', resource: '*' });
      const aliases = keys.aliasesOf(call.principal.account, call.region);
      return {
        Aliases: aliases.map(({ name, arn, key }) => ({
          AliasName: name,
          AliasArn: arn,
          TargetKeyId: key.id,
        })),
        Truncated: false,
      };
    },
  };
}

const PENDING_WINDOW_DEFAULT_DAYS = 30;
const PENDING_WINDOW_MIN_DAYS = 7;
const PENDING_WINDOW_MAX_DAYS = 30;
const MS_PER_DAY = 86_400_000;

/**
 * What an operator, or an attacker, does to a key. A key whose deletion was cancelled stays disabled until enabled.
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html (window of 7 to 30 days)
 */
function stateOperations(keys: KeyStore): Service['operations'] {
  return {
    EnableKey: async (input: KeyInput, call) => {
      notPendingDeletion(keyOf(keys, call, input), call).enabled = true;
      return {};
    },
    DisableKey: async (input: KeyInput, call) => {
      notPendingDeletion(keyOf(keys, call, input), call).enabled = false;
      return {};
    },
    ScheduleKeyDeletion: async (input: KeyInput & { readonly PendingWindowInDays?: number }, call) => {
      const key = notPendingDeletion(keyOf(keys, call, input, ['PendingWindowInDays']), call);
      const days = input.PendingWindowInDays ?? PENDING_WINDOW_DEFAULT_DAYS;
      if (days < PENDING_WINDOW_MIN_DAYS || days > PENDING_WINDOW_MAX_DAYS) {
        throw new ServiceError('ValidationException', `PendingWindowInDays ${days} is not between 7 and 30`);
      }
      key.deletionAt = call.now + days * MS_PER_DAY;
      return {
        KeyId: key.arn,
        DeletionDate: new Date(key.deletionAt),
        KeyState: 'PendingDeletion',
        PendingWindowInDays: days,
      };
    },
    CancelKeyDeletion: async (input: KeyInput, call) => {
      const key = keyOf(keys, call, input);
      if (key.deletionAt === undefined) throw invalidState(key, 'is not pending deletion');
      key.deletionAt = undefined;
      key.enabled = false;
      return { KeyId: key.arn };
    },
  };
}

function notPendingDeletion(key: Key, call: Call): Key {
  if (keyState(key, call.now) === 'PendingDeletion') throw invalidState(key, 'is pending deletion');
  return key;
}

function invalidState(key: Key, state: string): ServiceError {
  return new ServiceError('KMSInvalidStateException', `${key.arn} ${state}.`);
}

function describe(key: Key, now: number): object {
  const state = keyState(key, now);
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: new Date(key.createdAt),
    Enabled: state === 'Enabled',
    Description: key.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: state,
    ...(key.deletionAt === undefined ? {} : { DeletionDate: new Date(key.deletionAt) }),
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
  };
}
