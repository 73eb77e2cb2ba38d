import { describe, expect, it, vi } from 'vitest';
import { VirtualClock } from '../../clock.ts';
import { createFabric, replayDecisions, withoutAction } from '../../fabric.ts';
import { faultResource } from '../../fault-resource.ts';
import { Faults } from '../../faults.ts';
import { parsePolicy } from '../../iam/parse-policy.ts';
import { administratorOf } from '../../iam/roles.ts';
import type { Call, Principal, Service } from '../../model/service.ts';

const ACCOUNT = '111122223333';
const ROLE: Principal = { kind: 'role', arn: `arn:aws:iam::${ACCOUNT}:role/ingest`, account: ACCOUNT };
const REGION = 'eu-central-1';

/** A service whose one operation asks for what its input names, and counts how often it was done. */
function setUp() {
  const clock = new VirtualClock(Date.UTC(2026, 10, 21));
  const faults = new Faults();
  const fabric = createFabric({ clock, faults });
  const done: string[] = [];
  const shelf: Service = {
    name: 'shelf',
    operations: {
      Take: async (
        input: { Name: string; owner?: string; conditions?: Record<string, string> },
        call: Call,
      ) => {
        call.authorize({
          action: 'shelf:Take',
          resource: `arn:aws:shelf:${call.region}:${ACCOUNT}:book/${input.Name}`,
          ...(input.conditions === undefined ? {} : { conditions: input.conditions }),
        });
        done.push(input.Name);
        return { taken: input.Name };
      },
    },
  };
  fabric.register(shelf);
  fabric.roles.create({
    arn: ROLE.arn,
    name: 'ingest',
    account: ACCOUNT,
    trustPolicy: parsePolicy(
      {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'lambda.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: {
              StringEquals: { 'aws:SourceAccount': ACCOUNT },
              ArnLike: { 'aws:SourceArn': 'arn:aws:lambda:*:*:function:*' },
            },
          },
        ],
      },
      'trust',
      'ingest',
    ),
  });
  fabric.roles.attach(ROLE.arn, {
    name: 'default',
    source: 'inline',
    document: parsePolicy(
      {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: ['shelf:Take', 'shelf:Return'], Resource: 'arn:aws:shelf:*:*:book/a*' },
        ],
      },
      'identity',
      'ingest/default',
    ),
  });
  const take = (Name: string, principal: Principal = ROLE, region = REGION) =>
    fabric.call({ service: 'shelf', operation: 'Take', region, principal, input: { Name } });
  return { clock, faults, fabric, done, take };
}

const TAKE = { service: 'shelf', operation: 'Take' } as const;

describe('calls', () => {
  it('runs what is allowed and records the call and the decision with its whole context', async () => {
    const { fabric, take } = setUp();
    await expect(take('atlas')).resolves.toEqual({ taken: 'atlas' });
    expect(fabric.calls).toEqual([expect.objectContaining({ ...TAKE, principal: ROLE, region: REGION })]);
    expect(fabric.calls[0]).not.toHaveProperty('error');
    expect(fabric.decisions).toEqual([
      expect.objectContaining({
        action: 'shelf:Take',
        allowed: true,
        conditions: expect.objectContaining({ 'aws:PrincipalArn': ROLE.arn, 'aws:SecureTransport': 'true' }),
      }),
    ]);
  });

  it("refuses the rest with AWS's sentence, and records that too", async () => {
    const { fabric, done, take } = setUp();
    await expect(take('book')).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message:
        `User: ${ROLE.arn} is not authorized to perform: shelf:Take on resource: ` +
        `arn:aws:shelf:${REGION}:${ACCOUNT}:book/book because no identity-based policy allows the shelf:Take action`,
    });
    expect(done).toEqual([]);
    expect(fabric.calls[0]?.error).toBe('AccessDenied');
    expect(fabric.decisions[0]?.allowed).toBe(false);
  });

  it('refuses unknown services and operations by name', async () => {
    const { fabric } = setUp();
    const call = (service: string, operation: string) =>
      fabric.call({ service, operation, region: REGION, principal: ROLE, input: {} });
    await expect(call('shop', 'Buy')).rejects.toThrow('the service shop');
    await expect(call('shelf', 'Burn')).rejects.toThrow('shelf:Burn');
    await expect(call('shelf', 'toString')).rejects.toMatchObject({ code: 'NotModelled', status: 501 });
  });

  it('answers nothing in a region that is down, and everything again when it is back', async () => {
    const { fabric, done, take } = setUp();
    fabric.setRegionDown(REGION, true);
    await expect(take('a')).rejects.toMatchObject({ code: 'ServiceUnavailable', status: 503 });
    await expect(take('a', ROLE, 'eu-west-1')).resolves.toBeDefined();
    fabric.setRegionDown(REGION, false);
    await expect(take('a2')).resolves.toBeDefined();
    expect(done).toEqual(['a', 'a2']);
  });
});

describe('faults', () => {
  it('error: answers with the code and does nothing, as often as armed', async () => {
    const { faults, done, take } = setUp();
    faults.arm({ ...TAKE, kind: 'error', times: 2, error: { code: 'Throttling', message: 'Rate exceeded' } });
    await expect(take('a')).rejects.toMatchObject({ code: 'Throttling', status: 400 });
    await expect(take('a')).rejects.toMatchObject({ code: 'Throttling' });
    await expect(take('a')).resolves.toBeDefined();
    expect(done).toEqual(['a']);
  });

  it('lost-reply: the operation is done and the connection cut', async () => {
    const { faults, fabric, done, take } = setUp();
    faults.arm({ ...TAKE, kind: 'lost-reply', resource: 'atlas' });
    await expect(take('a')).resolves.toBeDefined();
    await expect(take('atlas')).rejects.toMatchObject({ name: 'ConnectionCutError' });
    expect(done).toEqual(['a', 'atlas']);
    expect(fabric.calls[1]?.error).toBe('ConnectionCutError');
  });

  it('a lost reply is not used up by a call that was refused', async () => {
    const { faults, take } = setUp();
    faults.arm({ ...TAKE, kind: 'lost-reply' });
    await expect(take('book')).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(take('a')).rejects.toMatchObject({ name: 'ConnectionCutError' });
  });

  it('kill: the process behind the principal is killed once the call was done', async () => {
    const { faults, fabric, done, take } = setUp();
    const killer = vi.fn();
    fabric.onKill(killer);
    faults.arm({ ...TAKE, kind: 'kill' });
    await expect(take('a')).rejects.toMatchObject({ name: 'ConnectionCutError' });
    expect(killer).toHaveBeenCalledExactlyOnceWith(ROLE);
    expect(done).toEqual(['a']);
  });

  it('hits the calls of one caller only, where one is named', async () => {
    const { faults, take } = setUp();
    faults.arm({ ...TAKE, kind: 'lost-reply', caller: 'somebody-else' });
    await expect(take('a')).resolves.toBeDefined();
    faults.arm({ ...TAKE, kind: 'lost-reply', caller: ROLE.arn });
    await expect(take('a')).rejects.toMatchObject({ name: 'ConnectionCutError' });
    expect(faults.struck.map(({ fault }) => fault.caller)).toEqual([ROLE.arn]);
  });

  it('delay: the operation is done that much later on the virtual clock', async () => {
    const { clock, faults, done, take } = setUp();
    const start = clock.now();
    faults.arm({ ...TAKE, kind: 'delay', delayMs: 3_600_000 });
    const answer = take('a');
    expect(done).toEqual([]);
    await clock.run({ until: start + 7_200_000, done: () => done.length === 1 });
    await answer;
    expect(clock.now() - start).toBeGreaterThanOrEqual(3_600_000);
    expect(clock.now() - start).toBeLessThan(3_700_000);
  });

  it.each([
    [{ Bucket: 'landing', Key: 'a/b.rdb' }, 'landing/a/b.rdb landing a/b.rdb'],
    [{ SnapshotName: 'a', ReplicationGroupId: 'orders', Tags: [{ Key: 't', Value: 'v' }] }, 'a orders'],
    [{ stateMachineArn: 'arn:x', name: 'run', input: '{}' }, 'arn:x run'],
    [
      { NodeGroupConfiguration: [{ NodeGroupId: '0001', Slots: '0-1' }], SnapshotArns: ['arn:a', 'arn:b'] },
      '0001 arn:a arn:b',
    ],
    [{ Body: new Uint8Array(3), MaxKeys: 3 }, ''],
    [undefined, ''],
  ])('looks for its resource in the names of %j', (input, resource) => {
    expect(faultResource(input)).toBe(resource);
  });
});

describe('roles and access keys', () => {
  const SOURCE_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:ingest`;

  it("lets a service take on a role that trusts it, for the role's own account and resources", () => {
    const { fabric } = setUp();
    const assumed = fabric.sessions.assumeForService(ROLE.arn, 'lambda.amazonaws.com', {
      'aws:SourceArn': SOURCE_ARN,
    });
    expect(assumed).toEqual(ROLE);
    expect(fabric.decisions[0]).toMatchObject({ action: 'sts:AssumeRole', allowed: true, region: REGION });
  });

  it.each<[string, string, Record<string, string>]>([
    [
      'of another account',
      'lambda.amazonaws.com',
      { 'aws:SourceArn': SOURCE_ARN, 'aws:SourceAccount': '444455556666' },
    ],
    ['that does not say for which resource', 'lambda.amazonaws.com', {}],
    ['that the role does not trust', 'states.amazonaws.com', { 'aws:SourceArn': SOURCE_ARN }],
  ])('but no service %s', (_name, service, conditions) => {
    const { fabric } = setUp();
    expect(() => fabric.sessions.assumeForService(ROLE.arn, service, conditions)).toThrow(
      expect.objectContaining({ code: 'AccessDenied' }),
    );
  });

  it('gives a role credentials by which its calls are known', () => {
    const { fabric } = setUp();
    const { accessKeyId } = fabric.sessions.credentialsFor(ROLE.arn);
    expect(accessKeyId).toMatch(/^ASIA/);
    expect(fabric.principalOf(accessKeyId, REGION)).toEqual(ROLE);
    expect(() => fabric.sessions.credentialsFor(`${ROLE.arn}-gone`)).toThrow('cannot be found');
  });

  it('decides what AWS does with a role outside of its calls', () => {
    const { fabric } = setUp();
    const authorize = (action: string) =>
      fabric.authorizeAs(ROLE, { ...TAKE, region: REGION }, { action, resource: 'arn:aws:shelf:x:y:book/a' });
    expect(() => authorize('shelf:Take')).not.toThrow();
    expect(() => authorize('logs:PutLogEvents')).toThrow('logs:PutLogEvents');
    expect(fabric.decisions.map(({ allowed }) => allowed)).toEqual([true, false]);
  });

  it('knows a caller by the access key, and one key may be administrator of another account elsewhere', () => {
    const { fabric } = setUp();
    const [here, there] = [administratorOf(ACCOUNT), administratorOf('444455556666')];
    const key = fabric.issueAccessKey(here, { 'eu-west-1': there });
    expect(key.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(key.secretAccessKey).toHaveLength(40);
    expect(fabric.principalOf(key.accessKeyId, REGION)).toEqual(here);
    expect(fabric.principalOf(key.accessKeyId, 'eu-west-1')).toEqual(there);
    expect(fabric.roles.accessKeys.secretOf(key.accessKeyId)).toBe(key.secretAccessKey);
    expect(fabric.issueAccessKey(ROLE).accessKeyId).toMatch(/^ASIA/);
    expect(fabric.principalOf('AKIAIOSFODNN7EXAMPLE', REGION)).toBeUndefined();
  });

  it('refuses inline policies that together exceed the quota', () => {
    const { fabric } = setUp();
    const document = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow' as const,
          Action: Array.from({ length: 800 }, (_, i) => `s3:Action${i}`),
          Resource: '*',
        },
      ],
    };
    expect(() => fabric.roles.attach(ROLE.arn, { name: 'big', source: 'inline', document })).toThrow('10240');
  });
});

it('replays decisions without one action, and says which were lost', async () => {
  const { fabric, take } = setUp();
  await take('atlas');
  await take('book').catch(() => {});
  const lostWithout = (action: string) => {
    const roles = fabric.roles.altered(({ document }) => withoutAction(document, 0, action));
    return replayDecisions(fabric.decisions, roles).filter(({ lost }) => lost);
  };
  expect(lostWithout('shelf:Return')).toEqual([]);
  expect(lostWithout('shelf:Take').map(({ recorded }) => recorded.resource)).toEqual([
    `arn:aws:shelf:${REGION}:${ACCOUNT}:book/atlas`,
  ]);
  await expect(take('atlas')).resolves.toBeDefined();
});
