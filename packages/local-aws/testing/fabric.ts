import { randomUUID } from 'node:crypto';
import { VirtualClock } from '../clock.ts';
import type { CallRequest, Fabric, RecordedCall, RecordedDecision } from '../dispatch.ts';
import { Faults } from '../faults.ts';
import { type Call, NotModelledError, type Principal, type Service, ServiceError } from '../model/service.ts';
import { ConnectionCutError } from '../wire/connection-cut.ts';

export const ACCOUNT = '111122223333';
export const ADMINISTRATOR: Principal = {
  kind: 'administrator',
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  account: ACCOUNT,
};
export const ACCESS_KEY = 'AKIALOCALTEST';

/** Access keys of {@link ADMINISTRATOR} in every region; nobody else has one. */
export function principals(accessKeyId: string): Principal | undefined {
  return accessKeyId === ACCESS_KEY ? ADMINISTRATOR : undefined;
}

export const CREDENTIALS = { accessKeyId: ACCESS_KEY, secretAccessKey: 'not-checked' };

/** The least fabric that the wire and S3 need: it allows everything that is not denied here by name, and records. */
export class TestFabric implements Fabric {
  readonly clock: VirtualClock;
  readonly faults = new Faults();
  readonly calls: RecordedCall[] = [];
  readonly decisions: RecordedDecision[] = [];
  /** Actions that IAM shall refuse. */
  readonly denied = new Set<string>();
  readonly #services = new Map<string, Service>();

  constructor(clock = new VirtualClock()) {
    this.clock = clock;
  }

  register(service: Service): void {
    this.#services.set(service.name, service);
  }

  service(name: string): Service {
    const service = this.#services.get(name);
    if (service === undefined) throw new NotModelledError(`the service ${name}`);
    return service;
  }

  async call(request: CallRequest): Promise<object> {
    const { service, operation, region, principal } = request;
    const target = { service, operation, region, resource: JSON.stringify(request.input.Key ?? '') };
    const error = this.faults.take(['error'], target)?.error;
    if (error !== undefined) throw new ServiceError(error.code, error.message, error.status);
    const output = await this.service(service).operations[operation]?.(request.input, this.callOf(request));
    this.calls.push({ at: this.clock.now(), principal, service, operation, region });
    if (this.faults.take(['lost-reply'], target)) throw new ConnectionCutError(operation);
    return output ?? {};
  }

  callOf({ service, operation, region, principal }: Omit<CallRequest, 'input'>): Call {
    const now = this.clock.now();
    return {
      requestId: randomUUID(),
      service,
      operation,
      region,
      principal,
      now,
      authorize: ({ action, resource, conditions = {} }) => {
        const allowed = !this.denied.has(action);
        const reason = allowed ? 'allowed by the test' : 'denied by the test';
        this.decisions.push({
          at: now,
          principal,
          service,
          operation,
          region,
          action,
          resource,
          conditions,
          allowed,
          reason,
        });
        if (!allowed) throw new ServiceError('AccessDenied', `not authorized to perform ${action}`, 403);
      },
      as: (other) => this.callOf({ service, operation, region, principal: other }),
    };
  }
}
