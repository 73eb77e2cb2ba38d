import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock.ts';
import { createFabric } from '../../fabric.ts';
import { Faults } from '../../faults.ts';
import { createRoute53 } from '../../model/route53.ts';
import { ADMINISTRATOR } from './region.ts';

const fabric = createFabric({ clock: new VirtualClock(), faults: new Faults() });
fabric.register(createRoute53());

const call = (operation: string, input: object): Promise<object> =>
  fabric.call({ service: 'route53', operation, region: 'us-east-1', principal: ADMINISTRATOR, input });

const cname = (Value: string, TTL = 60) => ({
  Name: 'cache.example.com',
  Type: 'CNAME',
  TTL,
  ResourceRecords: [{ Value }],
});

let HostedZoneId: string;
let zones = 0;

beforeEach(async () => {
  const input = { Name: 'example.com', CallerReference: `test ${++zones}` };
  const { HostedZone } = (await call('CreateHostedZone', input)) as { HostedZone: { Id: string } };
  HostedZoneId = HostedZone.Id.replace('/hostedzone/', '');
});

const change = (...Changes: readonly (readonly [action: string, record: object])[]) =>
  call('ChangeResourceRecordSets', {
    HostedZoneId,
    ChangeBatch: { Changes: Changes.map(([Action, ResourceRecordSet]) => ({ Action, ResourceRecordSet })) },
  });

async function values(start: object = {}): Promise<readonly string[]> {
  const { ResourceRecordSets } = (await call('ListResourceRecordSets', { HostedZoneId, ...start })) as {
    ResourceRecordSets: { ResourceRecords: { Value: string }[] }[];
  };
  return ResourceRecordSets.flatMap(({ ResourceRecords }) => ResourceRecords.map(({ Value }) => Value));
}

describe('records of a hosted zone', () => {
  it('are replaced in one batch, if they are as they were', async () => {
    await change(['CREATE', cname('old.example')]);
    await change(['DELETE', cname('old.example')], ['CREATE', cname('new.example')]);
    expect(await values()).toEqual(['new.example']);
  });

  it('are all left alone when one change of the batch cannot be made', async () => {
    await change(['CREATE', cname('old.example')]);
    const text = { Name: 'x.example.com', Type: 'TXT', TTL: 1, ResourceRecords: [{ Value: '"x"' }] };
    const batch = change(
      ['UPSERT', text],
      ['DELETE', cname('another.example')],
      ['CREATE', cname('new.example')],
    );
    await expect(batch).rejects.toMatchObject({ code: 'InvalidChangeBatch' });
    expect(await values()).toEqual(['old.example']);
  });

  it.each([
    ['exist already', ['CREATE', cname('new.example')]],
    ['have another TTL', ['DELETE', cname('old.example', 61)]],
    ['are of another zone', ['CREATE', { ...cname('x.example'), Name: 'cache.example.org' }]],
    ['name an endpoint with a port', ['UPSERT', cname('new.example:6379')]],
    ['stand beside a CNAME', ['CREATE', { ...cname('1.2.3.4'), Type: 'A' }]],
  ] as const)('are refused when they %s', async (_why, [action, record]) => {
    await change(['CREATE', cname('old.example')]);
    await expect(change([action, record])).rejects.toMatchObject({ code: 'InvalidChangeBatch' });
  });

  it('are listed from a name and type on', async () => {
    await change(['CREATE', cname('old.example')]);
    expect(
      await values({ StartRecordName: 'cache.example.com', StartRecordType: 'CNAME', MaxItems: 1 }),
    ).toEqual(['old.example']);
    expect(await values({ StartRecordName: 'd.example.com', StartRecordType: 'CNAME' })).toEqual([]);
  });

  it('of kinds that are not modelled are refused by name', async () => {
    const weighted = { ...cname('old.example'), SetIdentifier: 'one', Weight: 1 };
    await expect(change(['CREATE', weighted])).rejects.toMatchObject({ code: 'NotModelled' });
    await expect(change(['CREATE', { ...cname('x'), Type: 'MX' }])).rejects.toMatchObject({
      code: 'NotModelled',
    });
  });
});
