import { administratorOf } from '@redrill/local-aws';
import { beforeAll, describe, expect, test } from 'vitest';
import { parameterPointer } from '../../adapters/aws/parameter-pointer.ts';
import { runRedrill } from './redrill.ts';
import { World } from './world.ts';

/* An application finds its cache by a parameter; two caches are there to choose from. */
const POINTER = '/shop/redis';
const NOWHERE = { value: '', former: undefined, version: '' };

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.create([{ id: 'old', authToken: 'not-a-secret-of-anyone' }, { id: 'new' }], world.demo.vault);
  return () => world.close();
});

const cutOver = (...words: readonly string[]) => runRedrill(world, ['cutover', ...words]);
const call = (operation: string, input: object) =>
  world.demo.call('ssm', operation, world.demo.vault.region, input);

function endpointOf(id: string): string {
  const [node] = world.nodesOf(id, world.demo.vault);
  return `${node?.customer.host}:${node?.customer.port}`;
}

async function write(Value: string, Name = POINTER, Type = 'String'): Promise<void> {
  await call('PutParameter', { Name, Value, Type, Overwrite: true });
}

async function value(Name = POINTER): Promise<string> {
  const { Parameter } = (await call('GetParameter', { Name, WithDecryption: true })) as {
    Parameter: { Value: string };
  };
  return Parameter.Value;
}

async function refused(...words: readonly string[]): Promise<string> {
  const before = await value();
  const { out, err, status } = await cutOver(...words);
  expect({ out, status, value: await value() }).toEqual({ out: '', status: 2, value: before });
  return err;
}

describe('an SSM parameter', () => {
  test('is left alone without --apply, and the command that turns it is printed', async () => {
    await write(endpointOf('old'));
    const { out, status } = await cutOver(POINTER, '--to', 'new');
    expect(out).toContain(
      `Nothing was changed. To switch: npx redrill cutover ${POINTER} --to new --expect '${endpointOf('old')}' --apply`,
    );
    expect({ status, value: await value() }).toEqual({ status: 0, value: endpointOf('old') });
  });

  test('is switched to a cluster, and back to what it was', async () => {
    const there = await cutOver(POINTER, '--to', 'new', '--expect', endpointOf('old'), '--apply', '--json');
    expect(there.err).toBe('');
    expect(JSON.parse(there.out)).toEqual({
      pointer: `SSM parameter ${POINTER} in eu-central-1`,
      from: endpointOf('old'),
      to: endpointOf('new'),
      applied: true,
    });
    expect(await value()).toBe(endpointOf('new'));
    const back = await cutOver(POINTER, '--back', '--apply');
    expect(back.err).toBe('');
    expect({ status: back.status, value: await value() }).toEqual({ status: 0, value: endpointOf('old') });
  });

  test('that says so already is left alone', async () => {
    const { out } = await cutOver(POINTER, '--to', 'old', '--apply');
    expect(out).toContain('says');
    expect(out).toContain('already');
  });

  test('keeps the login, the database and the encryption of its URL, and shows no password', async () => {
    const name = '/shop/redis-url';
    await write(`rediss://app:hunter2@${endpointOf('old')}/1`, name, 'SecureString');
    const { out } = await cutOver(name, '--to', endpointOf('new'), '--apply');
    expect(out).not.toContain('hunter2');
    expect(await value(name)).toBe(`rediss://app:hunter2@${endpointOf('new')}/1`);
    const { Parameter } = (await call('GetParameter', { Name: name })) as { Parameter: { Type: string } };
    expect(Parameter.Type).toBe('SecureString');
  });

  test('is not switched when it says something else by now', async () => {
    expect(await refused(POINTER, '--to', 'new', '--expect', 'elsewhere:6379', '--apply')).toContain(
      `says '${endpointOf('old')}', not 'elsewhere:6379'; nothing was changed`,
    );
  });

  test('is not switched when somebody changes it in between', async () => {
    await write(endpointOf('old'));
    const { account, region } = world.demo.vault;
    await world.actingAs(administratorOf(account), region, async () => {
      const pointer = parameterPointer(POINTER, region);
      const read = await pointer.read();
      await write('somebody-elses:6379');
      const turning = pointer.turn(read ?? NOWHERE, 'mine:6379');
      await expect(turning).rejects.toMatchObject({ code: 'PointerMoved' });
    });
    expect(await value()).toBe('somebody-elses:6379');
    await write(endpointOf('old'));
  });

  test('that does not exist is refused', async () => {
    const { err, status } = await cutOver('/shop/typo', '--to', 'new', '--apply');
    expect(err).toContain('there is no SSM parameter /shop/typo in eu-central-1');
    expect(status).toBe(2);
  });

  test('that holds no endpoint is refused', async () => {
    await write('{"host":"x"}', '/shop/json');
    const { err, status } = await cutOver('/shop/json', '--to', 'new', '--apply');
    expect(err).toContain('holds no endpoint');
    expect(status).toBe(2);
  });

  test('that was never switched has no way back', async () => {
    await write(endpointOf('old'), '/shop/fresh');
    const { err, status } = await cutOver('/shop/fresh', '--back', '--apply');
    expect(err).toContain('the earlier value of the SSM parameter /shop/fresh in eu-central-1 is unknown');
    expect(status).toBe(2);
  });
});

describe('the way back of an SSM parameter', () => {
  test('leads to the former endpoint, with the password of now', async () => {
    const name = '/shop/rotated';
    await write(`rediss://app:before@${endpointOf('old')}/1`, name, 'SecureString');
    await cutOver(name, '--to', endpointOf('new'), '--apply');
    await write(`rediss://app:rotated@${endpointOf('new')}/1`, name, 'SecureString');
    const { out, err } = await cutOver(name, '--back', '--apply');
    expect(err).toBe('');
    expect(await value(name)).toBe(`rediss://app:rotated@${endpointOf('old')}/1`);
    expect(out).toContain(`is       rediss://…@${endpointOf('old')}/1`);
    expect(out).not.toMatch(/before@|rotated@/);
  });

  test('is none if nothing but the password was ever changed', async () => {
    const name = '/shop/only-rotated';
    await write(`rediss://app:before@${endpointOf('old')}`, name, 'SecureString');
    await write(`rediss://app:rotated@${endpointOf('old')}`, name, 'SecureString');
    const { err, status } = await cutOver(name, '--back', '--apply');
    expect(err).toContain('the earlier value of');
    expect({ status, value: await value(name) }).toEqual({
      status: 2,
      value: `rediss://app:rotated@${endpointOf('old')}`,
    });
  });

  test('is not forgotten when a further cut-over is refused', async () => {
    const name = '/shop/refused';
    await write(endpointOf('old'), name);
    await cutOver(name, '--to', endpointOf('new'), '--apply');
    // By the world's clock the SDK thinks that its own is wrong, and tries again.
    const error = { code: 'AccessDeniedException', message: 'not now', status: 400 };
    world.aws.faults.arm({ kind: 'error', service: 'ssm', operation: 'PutParameter', error, times: 3 });
    const refusal = await cutOver(name, '--to', '127.0.0.1:1', '--no-probe', '--apply');
    expect({ status: refusal.status, value: await value(name) }).toEqual({
      status: 2,
      value: endpointOf('new'),
    });
    await cutOver(name, '--back', '--apply');
    expect(await value(name)).toBe(endpointOf('old'));
  });

  test('is known from the write alone, after which a crash can come at any moment', async () => {
    const name = '/shop/crashed';
    await write(endpointOf('old'), name);
    await cutOver(name, '--to', '127.0.0.1:1', '--no-probe', '--apply');
    await write(endpointOf('new'), name);
    await cutOver(name, '--back', '--no-probe', '--apply');
    expect(await value(name)).toBe('127.0.0.1:1');
  });

  test('and the way there are no work of somebody else when the answer is lost, and the write sent again', async () => {
    const name = '/shop/lost-reply';
    await write(endpointOf('old'), name);
    world.aws.faults.arm({ kind: 'lost-reply', service: 'ssm', operation: 'PutParameter' });
    const { err, status } = await cutOver(name, '--to', endpointOf('new'), '--apply');
    expect({ err, status, value: await value(name) }).toEqual({
      err: '',
      status: 0,
      value: endpointOf('new'),
    });
    await cutOver(name, '--back', '--apply');
    expect(await value(name)).toBe(endpointOf('old'));
  });
});

describe('a target', () => {
  test('that does not exist is refused', async () => {
    expect(await refused(POINTER, '--to', 'nobody', '--apply')).toContain(
      "there is no cache 'nobody' in eu-central-1",
    );
  });

  test('that is not available is refused', async () => {
    await world.demo.call('elasticache', 'DeleteReplicationGroup', world.demo.vault.region, {
      ReplicationGroupId: 'new',
    });
    expect(await refused(POINTER, '--to', 'new', '--apply')).toContain("is 'deleting', not 'available'");
  });

  test('that does not answer is refused, unless nobody is to ask it', async () => {
    expect(await refused(POINTER, '--to', '127.0.0.1:1', '--apply')).toContain(
      '127.0.0.1:1 does not answer from here',
    );
    expect((await cutOver(POINTER, '--to', '127.0.0.1:1', '--no-probe', '--apply')).status).toBe(0);
  });

  test('that is no endpoint is refused', async () => {
    expect(await refused(POINTER, '--to', 'a b', '--apply')).toContain('neither the id of a cache nor');
  });

  test('has to be given, or the way back', async () => {
    expect(await refused(POINTER, '--apply')).toContain('give either --to or --back');
    expect(await refused(POINTER, '--back', '--to', 'new')).toContain('give either --to or --back');
  });
});
