import type { VirtualClock } from '../../clock.ts';
import type { PolicyDocument } from '../../iam/policy.ts';
import { type Call, NotModelledError, ServiceError } from '../service.ts';

/** A symmetric customer-managed key. */
export interface Key {
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  description: string;
  policy: PolicyDocument;
  tags: Readonly<Record<string, string>>;
  /** Virtual time, ms since the epoch. */
  readonly createdAt: number;
  enabled: boolean;
  /** Virtual time at which the key ceases to exist, once its deletion is scheduled. */
  deletionAt: number | undefined;
}

export interface Alias {
  /** With its prefix: `alias/redrill`. */
  readonly name: string;
  readonly arn: string;
  readonly key: Key;
}

export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html */
export function keyState(key: Key, now: number): KeyState {
  if (key.deletionAt !== undefined && key.deletionAt > now) return 'PendingDeletion';
  return key.enabled ? 'Enabled' : 'Disabled';
}

/** The keys and aliases of every account and region. */
export class KeyStore {
  readonly #clock: VirtualClock;
  readonly #keys = new Map<string, Key>();
  readonly #aliases = new Map<string, Alias>();

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  add(key: Omit<Key, 'createdAt' | 'deletionAt' | 'arn'>): Key {
    const arn = `arn:aws:kms:${key.region}:${key.account}:key/${key.id}`;
    const added: Key = { ...key, arn, createdAt: this.#clock.now(), deletionAt: undefined };
    this.#keys.set(arn, added);
    return added;
  }

  /** @throws ServiceError `AlreadyExistsException` */
  addAlias(name: string, key: Key): void {
    const arn = `arn:aws:kms:${key.region}:${key.account}:${name}`;
    if (this.#aliases.has(arn)) {
      throw new ServiceError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
    }
    this.#aliases.set(arn, { name, arn, key });
  }

  deleteAlias(
    name: string,
    { account, region }: { readonly account: string; readonly region: string },
  ): void {
    this.#aliases.delete(`arn:aws:kms:${region}:${account}:${name}`);
  }

  aliasesOf(account: string, region: string): readonly Alias[] {
    return [...this.#aliases.values()].filter(
      ({ key }) => key.account === account && key.region === region && this.#exists(key),
    );
  }

  /**
   * The key of an id, ARN, alias name or alias ARN, as a caller in a region sees it: bare ids and names mean the
   * caller's own account, and no call reaches another region's key.
   */
  find({ principal, region }: Pick<Call, 'principal' | 'region'>, keyId: string): Key | undefined {
    if (/(?:^|:)alias\/aws\//.test(keyId)) throw new NotModelledError(`the AWS-managed key ${keyId}`);
    const own = `arn:aws:kms:${region}:${principal.account}:`;
    const arn = absoluteArn(keyId, own);
    if (arn.split(':')[3] !== region) return undefined;
    const key = this.#keys.get(arn) ?? this.#aliases.get(arn)?.key;
    return key !== undefined && this.#exists(key) ? key : undefined;
  }

  #exists(key: Key): boolean {
    return key.deletionAt === undefined || key.deletionAt > this.#clock.now();
  }
}

function absoluteArn(keyId: string, own: string): string {
  if (keyId.startsWith('arn:')) return keyId;
  return keyId.startsWith('alias/') ? own + keyId : `${own}key/${keyId}`;
}
