import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { VirtualClock } from '../../clock.ts';
import type { ResourceDeclaration } from '../../cloudformation/resource.ts';
import type { CallRequest, Fabric, RecordedCall, RecordedDecision } from '../../dispatch.ts';
import { Faults } from '../../faults.ts';
import { MetricStore } from '../../model/cloudwatch/metrics.ts';
import type { LambdaOptions } from '../../model/lambda/functions.ts';
import { createLambda, type Lambda } from '../../model/lambda/lambda.ts';
import type { ActsAsRole, Roles } from '../../model/lambda/ports.ts';
import { LogStore } from '../../model/logs.ts';
import {
  type AuthorizationRequest,
  type Call,
  type Principal,
  type Service,
  ServiceError,
} from '../../model/service.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;
export const ADMIN: Principal = {
  kind: 'administrator',
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  account: ACCOUNT,
};

/** A small fabric that runs real services, with a list of denied actions in place of IAM. */
export class TestFabric implements Fabric, ActsAsRole, Roles {
  readonly clock: VirtualClock;
  readonly faults = new Faults();
  readonly calls: RecordedCall[] = [];
  readonly decisions: RecordedDecision[] = [];
  /** Actions, or action and principal ARN joined by a space, that are denied. */
  readonly denied = new Set<string>();
  readonly untrusted = new Set<string>();
  readonly #services = new Map<string, Service>();
  #requests = 0;

  constructor(clock = new VirtualClock()) {
    this.clock = clock;
  }

  add(service: Service): void {
    this.#services.set(service.name, service);
  }

  service(name: string): Service {
    const service = this.#services.get(name);
    if (service === undefined) throw new Error(`no service ${name}`);
    return service;
  }

  call(request: CallRequest): Promise<object> {
    return this.clock.track(async () => {
      const { service, operation, region, principal } = request;
      const record = { at: this.clock.now(), principal, service, operation, region };
      try {
        const fault = this.faults.take(['error'], {
          service,
          operation,
          region,
          resource: JSON.stringify(request.input),
        });
        if (fault?.error) throw new ServiceError(fault.error.code, fault.error.message, fault.error.status);
        const run = this.service(service).operations[operation];
        if (run === undefined) throw new Error(`no operation ${service}:${operation}`);
        const result = await run(request.input, this.#call(request));
        this.calls.push(record);
        return result;
      } catch (error) {
        this.calls.push({ ...record, error: error instanceof ServiceError ? error.code : String(error) });
        throw error;
      }
    });
  }

  authorizeAs(
    principal: Principal,
    where: { service: string; operation: string; region: string },
    request: AuthorizationRequest,
  ): void {
    const { action, resource } = request;
    const allowed = !this.denied.has(action) && !this.denied.has(`${action} ${principal.arn}`);
    this.decisions.push({
      ...where,
      at: this.clock.now(),
      principal,
      action,
      resource,
      conditions: request.conditions ?? {},
      allowed,
      reason: 'test',
    });
    if (!allowed)
      throw new ServiceError('AccessDenied', `${principal.arn} may not ${action} on ${resource}`, 403);
  }

  credentialsFor(roleArn: string) {
    return { accessKeyId: `key-of-${roleArn}`, secretAccessKey: 'secret', sessionToken: 'token' };
  }

  assumeForService(roleArn: string, servicePrincipal: string): Principal {
    if (this.untrusted.has(servicePrincipal)) throw new ServiceError('AccessDenied', 'trust', 403);
    return { kind: 'role', arn: roleArn, account: ACCOUNT };
  }

  #call(request: CallRequest): Call {
    const { service, operation, region, principal } = request;
    return {
      requestId: `request-${++this.#requests}`,
      service,
      operation,
      region,
      principal,
      now: this.clock.now(),
      authorize: (what) => this.authorizeAs(principal, { service, operation, region }, what),
      as: (other) => this.#call({ ...request, principal: other }),
    };
  }
}

/** Bundles of a test, built as CDK's NodejsFunction builds them: one minified-style ESM file, index.mjs. */
export class Bundles {
  readonly #root = mkdtempSync(path.join(tmpdir(), 'redrill-bundles-'));

  build(key: string, source: string): void {
    const folder = path.join(this.#root, key);
    mkdirSync(folder, { recursive: true });
    buildSync({
      stdin: { contents: source, loader: 'ts', resolveDir: import.meta.dirname },
      outfile: path.join(folder, 'index.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      mainFields: ['module', 'main'],
      banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    });
  }

  folder(key: string): string {
    return path.join(this.#root, key);
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

export function declare(
  type: string,
  logicalId: string,
  properties: object,
  asset: (key: string) => string = () => '',
): ResourceDeclaration {
  return {
    type,
    logicalId,
    properties,
    stack: { name: 'stack', account: ACCOUNT, region: REGION },
    generatedName: `stack-${logicalId}-1A2B3C`,
    generatedId: logicalId,
    asset,
  };
}

export interface LambdaBed {
  readonly fabric: TestFabric;
  readonly lambda: Lambda;
  readonly logs: LogStore;
  readonly metrics: MetricStore;
  /** Bundles `source` and deploys it. @returns the function's ARN */
  deploy(name: string, source: string, properties?: object): Promise<string>;
  /** Invokes through the service. @returns the parsed payload and the FunctionError */
  invoke(name: string, event?: unknown): Promise<{ payload: unknown; error?: string }>;
  lines(name: string): string[];
  close(): Promise<void>;
}

export function lambdaBed(options: Partial<LambdaOptions> = {}): LambdaBed {
  const fabric = new TestFabric(options.clock);
  const bundles = new Bundles();
  const logs = new LogStore(fabric.clock);
  const metrics = new MetricStore();
  const endpoint = () => ({ url: 'http://127.0.0.1:4566' });
  const lambda = createLambda({
    clock: fabric.clock,
    acts: fabric,
    roles: fabric,
    logs,
    metrics,
    endpoint,
    faults: fabric.faults,
    ...options,
  });
  fabric.add(lambda.service);
  return {
    fabric,
    lambda,
    logs,
    metrics,
    deploy: async (name, source, properties = {}) => {
      bundles.build(name, source);
      const handler = lambda.resourceHandlers.find(({ type }) => type === 'AWS::Lambda::Function');
      const basic = {
        FunctionName: name,
        Code: { S3Bucket: 'assets', S3Key: name },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Role: ROLE,
      };
      const declaration = declare('AWS::Lambda::Function', name, { ...basic, ...properties }, (key) =>
        bundles.folder(key),
      );
      const created = await handler?.create(declaration);
      return created?.attributes.Arn ?? '';
    },
    invoke: async (name, event = {}) => {
      const input = { FunctionName: name, Payload: new TextEncoder().encode(JSON.stringify(event)) };
      const answer = await fabric.call({
        service: 'lambda',
        operation: 'Invoke',
        region: REGION,
        principal: ADMIN,
        input,
      });
      const { Payload, FunctionError } = answer as { Payload: Uint8Array; FunctionError?: string };
      const payload: unknown = JSON.parse(new TextDecoder().decode(Payload));
      return FunctionError === undefined ? { payload } : { payload, error: FunctionError };
    },
    lines: (name) => {
      const group = { account: ACCOUNT, region: REGION, name: `/aws/lambda/${name}` };
      return logs.lines(group).map(({ message }) => message);
    },
    close: async () => {
      await lambda.close();
      bundles.remove();
    },
  };
}
