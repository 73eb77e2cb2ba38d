import { type Call, ServiceError } from '../service.ts';

/**
 * A function in a VPC that was idle for weeks: Lambda has taken its network interfaces away, and it is `Inactive`. The
 * first invocation fails and makes it `Pending`; so do the others until the interfaces are there again, "up to several
 * minutes". https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/foundation-networking.html and, for the codes,
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export class Slumber {
  readonly #wakingMs: number;
  #wakesAt: number | undefined;

  constructor(wakingMs: number) {
    this.#wakingMs = wakingMs;
  }

  /** @throws ServiceError until it is awake */
  disturb(now: Call['now']): void {
    if (this.#wakesAt === undefined) {
      this.#wakesAt = now + this.#wakingMs;
      throw new ServiceError(
        'ResourceNotReadyException',
        'The function is inactive and its VPC connection is no longer available. Wait for the VPC connection to reestablish and try again.',
        502,
        { Type: 'User' },
      );
    }
    if (now >= this.#wakesAt) return;
    throw new ServiceError(
      'ResourceConflictException',
      'The operation cannot be performed at this time. The function is currently in the following state: Pending',
      409,
      { Type: 'User' },
    );
  }
}
