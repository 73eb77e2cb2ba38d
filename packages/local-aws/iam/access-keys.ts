import { randomInt, randomUUID } from 'node:crypto';
import { type Principal, ServiceError } from '../model/service.ts';

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface IssuedKey extends AccessKey {
  readonly principal: Principal;
  readonly elsewhere: Readonly<Record<string, Principal>>;
  readonly expiresAt: number;
}

const ID_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ID_RANDOM_LENGTH = 16;

/** Who holds which access key. A Lambda's session ends with its process; one of STS after its time. */
export class AccessKeys {
  readonly #issued = new Map<string, IssuedKey>();

  /**
   * @param elsewhere by region, whom the key stands for there: the person at the terminal holds one key and is the
   *   administrator of whichever account a region's stack is in. @default the same principal everywhere
   * @param expiresAt virtual time, ms since the epoch. @default never
   */
  issue(
    principal: Principal,
    elsewhere: Readonly<Record<string, Principal>> = {},
    expiresAt = Number.POSITIVE_INFINITY,
  ): AccessKey {
    // AKIA: long-term key, ASIA: of a session. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
    const prefix = principal.kind === 'administrator' ? 'AKIA' : 'ASIA';
    const accessKeyId = prefix + randomCharacters(ID_RANDOM_LENGTH);
    const secretAccessKey = Buffer.from(randomUUID() + randomUUID())
      .toString('base64')
      .slice(0, 40);
    this.#issued.set(accessKeyId, { accessKeyId, secretAccessKey, principal, elsewhere, expiresAt });
    return { accessKeyId, secretAccessKey };
  }

  /**
   * Whom the key stands for in a region; `undefined` if it was never issued.
   * @param now virtual time, ms since the epoch
   * @throws ServiceError `ExpiredToken` once its session is over
   */
  principalOf(accessKeyId: string, region: string, now: number): Principal | undefined {
    const issued = this.#issued.get(accessKeyId);
    if (issued !== undefined && issued.expiresAt <= now)
      throw new ServiceError('ExpiredToken', 'The security token included in the request is expired', 403);
    return issued?.elsewhere[region] ?? issued?.principal;
  }

  /** The secret to check a signature with. */
  secretOf(accessKeyId: string): string | undefined {
    return this.#issued.get(accessKeyId)?.secretAccessKey;
  }
}

function randomCharacters(length: number): string {
  return Array.from({ length }, () => ID_CHARACTERS.charAt(randomInt(ID_CHARACTERS.length))).join('');
}
