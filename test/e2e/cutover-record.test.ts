import { administratorOf } from '@redrill/local-aws';
import { beforeAll, describe, expect, test } from 'vitest';
import { recordPointer } from '../../adapters/aws/record-pointer.ts';
import { runRedrill } from './redrill.ts';
import { World } from './world.ts';

/* An application finds its cache by a name of its own domain. */
const RECORD = 'cache.shop.example';
const NOWHERE = { value: '', former: undefined, version: '' };

let world: World;
let zone: readonly string[];
let localhost: string;

beforeAll(async () => {
  world = await World.start();
  await world.create([{ id: 'new' }], world.demo.vault);
  const created = await route53('CreateHostedZone', { Name: 'shop.example', CallerReference: 'test' });
  const { HostedZone } = created as { HostedZone: { Id: string } };
  zone = ['--zone', HostedZone.Id.replace('/hostedzone/', '')];
  await write(RECORD, 'old.cache.example');
  localhost = `localhost:${world.nodesOf('new', world.demo.vault)[0]?.customer.port}`;
  return () => world.close();
});

const cutOver = (...words: readonly string[]) => runRedrill(world, ['cutover', ...words]);
const route53 = (operation: string, input: object) =>
  world.demo.call('route53', operation, 'us-east-1', input);

async function records(): Promise<Record<string, string>> {
  const { ResourceRecordSets } = (await route53('ListResourceRecordSets', { HostedZoneId: zone[1] })) as {
    ResourceRecordSets: { Name: string; Type: string; ResourceRecords: { Value: string }[] }[];
  };
  return Object.fromEntries(
    ResourceRecordSets.map(({ Name, Type, ResourceRecords }) => [
      `${Type} ${Name}`,
      ResourceRecords[0]?.Value ?? '',
    ]),
  );
}

function write(Name: string, Value: string) {
  const ResourceRecordSet = { Name, Type: 'CNAME', TTL: 30, ResourceRecords: [{ Value }] };
  const ChangeBatch = { Changes: [{ Action: 'UPSERT', ResourceRecordSet }] };
  return route53('ChangeResourceRecordSets', { HostedZoneId: zone[1], ChangeBatch });
}

describe('a Route 53 record', () => {
  test('is left alone without --apply', async () => {
    const { out } = await cutOver(RECORD, ...zone, '--to', localhost);
    expect(out).toContain(`--zone ${zone[1]} --to ${localhost} --expect 'old.cache.example' --apply`);
    expect(await records()).toEqual({ 'CNAME cache.shop.example.': 'old.cache.example' });
  });

  test('is switched to a host, keeps what it was beside it, and goes back', async () => {
    const { out, err } = await cutOver(RECORD, ...zone, '--to', localhost, '--apply');
    expect(err).toBe('');
    expect(out).toContain('Clients may use the old one for 30 s');
    expect(await records()).toEqual({
      'CNAME cache.shop.example.': 'localhost',
      'TXT _redrill-former.cache.shop.example.': '"old.cache.example"',
    });
    const back = await cutOver(RECORD, ...zone, '--back', '--no-probe', '--apply');
    expect(back.err).toBe('');
    expect(await records()).toMatchObject({ 'CNAME cache.shop.example.': 'old.cache.example' });
  });

  test('does not go back to what does not answer, unless nobody is to ask it', async () => {
    await cutOver(RECORD, ...zone, '--to', localhost, '--apply');
    const { err, status } = await cutOver(RECORD, ...zone, '--back', '--apply');
    expect(err).toContain('old.cache.example:6379 does not answer from here');
    expect(status).toBe(2);
  });

  test('is not switched when somebody changes it in between', async () => {
    const { account, region } = world.demo.vault;
    await world.actingAs(administratorOf(account), region, async () => {
      const pointer = await recordPointer(RECORD, zone[1] ?? '');
      const read = await pointer.read();
      await write(RECORD, 'somebody-elses.example');
      const turning = pointer.turn(read ?? NOWHERE, 'mine.example');
      await expect(turning).rejects.toMatchObject({ code: 'PointerMoved' });
    });
    expect(await records()).toMatchObject({ 'CNAME cache.shop.example.': 'somebody-elses.example' });
  });

  test('names no address, and must exist, in a zone that does', async () => {
    const { host, port } = world.nodesOf('new', world.demo.vault)[0]?.customer ?? { host: '', port: 0 };
    const address = await cutOver(RECORD, ...zone, '--to', `${host}:${port}`, '--apply');
    expect(address.err).toContain('127.0.0.1 is an address, and a CNAME record names a host');
    const typo = await cutOver('cashe.shop.example', ...zone, '--to', localhost, '--apply');
    expect(typo.err).toContain('there is no record cashe.shop.example in the hosted zone');
    const nowhere = await cutOver(RECORD, '--zone', 'ZNONE', '--to', localhost, '--apply');
    expect(nowhere.err).toContain('No hosted zone found with ID: ZNONE');
    expect([address.status, typo.status, nowhere.status]).toEqual([2, 2, 2]);
  });
});
