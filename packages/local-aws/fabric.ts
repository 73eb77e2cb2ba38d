import { randomUUID } from 'node:crypto';
import type { VirtualClock } from './clock.ts';
import type { CallRequest, Fabric, RecordedCall } from './dispatch.ts';
import { faultResource } from './fault-resource.ts';
import type { Faults, FaultTarget } from './faults.ts';
import type { AccessKey } from './iam/access-keys.ts';
import { Authorizer, type ReplayableDecision } from './iam/authorizer.ts';
import { Roles } from './iam/roles.ts';
import { RoleSessions } from './iam/sessions.ts';
import {
  type AuthorizationRequest,
  type Call,
  NotModelledError,
  type Principal,
  type Service,
  ServiceError,
} from './model/service.ts';
import { ConnectionCutError } from './wire/connection-cut.ts';

export { type ReplayedDecision, replayDecisions, withoutAction } from './iam/replay.ts';

export interface FabricOptions {
  readonly clock: VirtualClock;
  readonly faults: Faults;
  /** @default no roles yet */
  readonly roles?: Roles;
}

/** Where and as what an action done with a role is recorded. */
export type ActingIn = Pick<CallRequest, 'service' | 'operation' | 'region'>;

/** Told to kill the process behind a principal, for the fault `kill`. */
export type Killer = (principal: Principal) => void;

/** The fabric as those see it who put the local AWS together. */
export interface MutableFabric extends Fabric {
  readonly roles: Roles;
  readonly sessions: RoleSessions;
  readonly decisions: readonly ReplayableDecision[];
  register(...services: readonly Service[]): void;
  /** While a region is down every call in it is answered with `ServiceUnavailable` (503), and nothing is done. */
  setRegionDown(region: string, down: boolean): void;
  onKill(killer: Killer): void;
  /**
   * Puts to IAM what AWS itself does with a role outside of any call of the role's own code (Lambda writing a log
   * line), and records the decision. @throws ServiceError `AccessDenied`
   */
  authorizeAs(principal: Principal, where: ActingIn, request: AuthorizationRequest): void;
  /** See {@link AccessKeys.issue}. */
  issueAccessKey(principal: Principal, elsewhere?: Readonly<Record<string, Principal>>): AccessKey;
  /** Whom a key stands for in a region; `undefined` if it was never issued. */
  principalOf(accessKeyId: string, region: string): Principal | undefined;
}

export function createFabric(options: FabricOptions): MutableFabric {
  return new LocalFabric(options);
}

class LocalFabric implements MutableFabric {
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly roles: Roles;
  readonly sessions: RoleSessions;
  readonly #services = new Map<string, Service>();
  readonly #regionsDown = new Set<string>();
  readonly #calls: RecordedCall[] = [];
  readonly #authorizer: Authorizer;
  #kill: Killer = () => {};

  constructor(options: FabricOptions) {
    this.clock = options.clock;
    this.faults = options.faults;
    this.roles = options.roles ?? new Roles();
    this.#authorizer = new Authorizer(this.roles);
    this.sessions = new RoleSessions(this.roles, this.#authorizer, () => this.clock.now());
  }

  get calls(): readonly RecordedCall[] {
    return this.#calls;
  }

  get decisions(): readonly ReplayableDecision[] {
    return this.#authorizer.decisions;
  }

  register(...services: readonly Service[]): void {
    for (const service of services) this.#services.set(service.name, service);
  }

  setRegionDown(region: string, down: boolean): void {
    if (down) this.#regionsDown.add(region);
    else this.#regionsDown.delete(region);
  }

  onKill(killer: Killer): void {
    this.#kill = killer;
  }

  service(name: string): Service {
    const service = this.#services.get(name);
    if (service === undefined) throw new NotModelledError(`the service ${name}`);
    return service;
  }

  async call(request: CallRequest): Promise<object> {
    const { principal, service, operation, region } = request;
    const record: { -readonly [Member in keyof RecordedCall]: RecordedCall[Member] } = {
      at: this.clock.now(),
      principal,
      service,
      operation,
      region,
    };
    this.#calls.push(record);
    try {
      return await this.#run(request);
    } catch (error) {
      record.error = error instanceof Error ? error.name : String(error);
      throw error;
    }
  }

  authorizeAs(principal: Principal, where: ActingIn, request: AuthorizationRequest): void {
    this.#authorizer.authorize({ ...where, principal, now: this.clock.now() }, request);
  }

  issueAccessKey(principal: Principal, elsewhere: Readonly<Record<string, Principal>> = {}): AccessKey {
    return this.roles.accessKeys.issue(principal, elsewhere);
  }

  principalOf(accessKeyId: string, region: string): Principal | undefined {
    return this.roles.accessKeys.principalOf(accessKeyId, region, this.clock.now());
  }

  async #run(request: CallRequest): Promise<object> {
    const operation = this.#operation(request);
    if (this.#regionsDown.has(request.region)) {
      throw new ServiceError('ServiceUnavailable', `Service is unavailable in ${request.region}`, 503);
    }
    const target = targetOf(request);
    await this.#faultsBefore(target);
    const answer = await operation(request.input, this.#callOf(request));
    this.#faultsAfter(target, request.principal);
    return answer;
  }

  #operation({ service, operation }: CallRequest): Service['operations'][string] {
    const { operations } = this.service(service);
    const found = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (found === undefined) throw new NotModelledError(`the operation ${service}:${operation}`);
    return found;
  }

  async #faultsBefore(target: FaultTarget): Promise<void> {
    const refused = this.faults.take(['error'], target)?.error;
    if (refused !== undefined) throw new ServiceError(refused.code, refused.message, refused.status);
    const delayed = this.faults.take(['delay'], target);
    if (delayed?.delayMs !== undefined) await this.clock.sleep(delayed.delayMs);
  }

  #faultsAfter(target: FaultTarget, principal: Principal): void {
    const cut = this.faults.take(['lost-reply', 'kill'], target);
    if (cut === undefined) return;
    if (cut.kind === 'kill') this.#kill(principal);
    throw new ConnectionCutError(`${target.service}:${target.operation}`);
  }

  #callOf(request: CallRequest): Call {
    const { service, operation, region, principal } = request;
    const now = this.clock.now();
    return {
      requestId: randomUUID(),
      service,
      operation,
      region,
      principal,
      now,
      authorize: (wanted: AuthorizationRequest) => this.#authorizer.authorize({ ...request, now }, wanted),
      as: (other: Principal) => this.#callOf({ ...request, principal: other }),
    };
  }
}

function targetOf({ service, operation, region, principal, input }: CallRequest): FaultTarget {
  return { service, operation, region, resource: faultResource(input), caller: principal.arn };
}
