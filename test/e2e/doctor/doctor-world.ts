import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { administratorOf, createCache, type LocalAws, startLocalAws } from '@redrill/local-aws';
import { expect, inject, vi } from 'vitest';
import { takenNames } from '../../../adapters/aws/doctor/taken-names.ts';
import { namesOf } from '../../../cli/doctor/checks/names.ts';
import { type DoctorOutput, doctorOutput } from '../../../cli/doctor/contract.ts';
import { plannedResources } from '../../../cli/doctor/planned.ts';
import type { Config } from '../../../core/contracts/config.ts';
import { NAMED_TYPES, type NamedType } from '../../../core/ports/doctor.ts';
import { runHere } from '../../unit/cli/run-here.ts';

export const ACCOUNT = '111122223333';
export const [SOURCE, VAULT] = ['eu-west-1', 'eu-central-1'];
const MINUTE_MS = 60_000;
const BOOTSTRAP = '/cdk-bootstrap/hnb659fds/version';

export type Internet = Record<string, { address: string; port: number }>;
export type Found = DoctorOutput & { readonly status: number };
type State = DoctorOutput['findings'][number]['state'];

/** `id subject` of the findings of one state. */
export const of = (found: DoctorOutput, state: State) =>
  found.findings.filter((each) => each.state === state).map(({ id, subject }) => `${id} ${subject}`);

/** An AWS in which nothing is deployed, and `redrill doctor` on it. */
export class DoctorWorld {
  readonly aws: LocalAws;
  readonly #dataDir: string;

  private constructor(aws: LocalAws, dataDir: string) {
    this.aws = aws;
    this.#dataDir = dataDir;
  }

  static async start(internet: Internet = {}): Promise<DoctorWorld> {
    const dataDir = await mkdtemp(join(tmpdir(), 'redrill-doctor-'));
    const startsAt = Date.parse('2026-11-03T22:20:00Z');
    return new DoctorWorld(await startLocalAws({ dataDir, startsAt, internet }), dataDir);
  }

  async close(): Promise<void> {
    await this.aws.close();
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  call(service: string, operation: string, region: string, input: object): Promise<unknown> {
    const principal = administratorOf(ACCOUNT);
    return this.aws.fabric.call({ service, operation, region, principal, input });
  }

  run(account = ACCOUNT, ...options: readonly string[]) {
    return this.type(account, 'doctor', '--assembly', inject('assembly'), ...options);
  }

  /** @param words of the redrill command, by the account's administrator */
  async type(account: string, ...words: readonly string[]) {
    const { caFile } = await this.aws.elasticache.tls();
    const env = { ...process.env, ...this.aws.environment(VAULT, account), NODE_EXTRA_CA_CERTS: caFile };
    const { status, stdout, stderr } = await runHere(words, { env });
    return { status: status ?? Number.NaN, stdout, stderr };
  }

  async doctor(account = ACCOUNT, ...options: readonly string[]): Promise<Found> {
    const { status, stdout, stderr } = await this.run(account, '--json', ...options);
    expect(stderr).toBe('');
    return { ...doctorOutput.parse(JSON.parse(stdout)), status };
  }

  async order(id: string): Promise<void> {
    await createCache(this.aws.fabric, { id, account: ACCOUNT, region: SOURCE });
    const done = () => this.aws.elasticache.statusOf(ACCOUNT, SOURCE, id) === 'available';
    expect(await this.aws.clock.run({ until: this.aws.clock.now() + 60 * MINUTE_MS, done })).toBe(true);
  }

  /** A run of watch-vault. */
  async watch(): Promise<void> {
    const minute = Math.floor(this.aws.clock.now() / MINUTE_MS) * MINUTE_MS;
    await this.aws.scheduler.deliverAgain('redrill-watch-vault', minute);
    await this.pass(2);
  }

  async pass(minutes: number): Promise<void> {
    await this.aws.clock.run({ until: this.aws.clock.now() + minutes * MINUTE_MS });
  }

  async setBootstrap(region: string, Value: string): Promise<void> {
    await this.call('ssm', 'PutParameter', region, {
      Name: BOOTSTRAP,
      Type: 'String',
      Value,
      Overwrite: true,
    });
  }

  /** What `cdk bootstrap` makes, as far as doctor looks at it. @param policyArn of the role that deploys */
  async bootstrap(region: string, policyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'): Promise<void> {
    await this.setBootstrap(region, '30');
    const RoleName = deployerOf(region);
    const Principal = { Service: 'cloudformation.amazonaws.com' };
    const trust = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
    await this.call('iam', 'CreateRole', region, { RoleName, AssumeRolePolicyDocument });
    await this.call('iam', 'AttachRolePolicy', region, { RoleName, PolicyArn: policyArn });
  }

  /** Of the names that the templates give, those that doctor does not find in what is deployed, and their types. */
  async namesNotFound(config: Config) {
    const planned = plannedResources(config, ACCOUNT, inject('assembly'));
    const found: { type: NamedType; name: string; isTaken: boolean }[] = [];
    for (const [name, value] of Object.entries(this.aws.environment(VAULT))) vi.stubEnv(name, value);
    for (const place of [
      { half: 'source', account: ACCOUNT, region: SOURCE },
      { half: 'vault', account: ACCOUNT, region: VAULT },
    ] as const)
      for (const type of NAMED_TYPES) {
        const names = namesOf(await planned(place), type);
        const taken = await takenNames(place.region)(type, names, ACCOUNT);
        found.push(...names.map((name) => ({ type, name, isTaken: taken.includes(name) })));
      }
    vi.unstubAllEnvs();
    return {
      types: [...new Set(found.map(({ type }) => type))].sort(),
      missing: found.filter(({ isTaken }) => !isTaken).map(({ type, name }) => `${type} ${name}`),
      names: found.length,
    };
  }

  /** What doctor finds with credentials that may not do this in that region. */
  async doctorWithout(action: string, region: string): Promise<Found> {
    const Condition = { StringEquals: { 'aws:RequestedRegion': region } };
    this.aws.fabric.roles.setOrganisationPolicies(ACCOUNT, {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: action, Resource: '*', Condition },
      ],
    });
    const found = await this.doctor();
    this.aws.fabric.roles.setOrganisationPolicies(ACCOUNT);
    return found;
  }
}

/** The role of the CDK's bootstrap stack that CloudFormation deploys with. */
export const deployerOf = (region: string) => `cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-${region}`;
