import { expect, it } from 'vitest';
import { VirtualClock } from '../../clock.ts';
import { createFabric } from '../../fabric.ts';
import { Faults } from '../../faults.ts';
import { createLogs } from '../../model/log-groups.ts';
import { LogStore } from '../../model/logs.ts';
import { ADMINISTRATOR } from './region.ts';

const clock = new VirtualClock();
const fabric = createFabric({ clock, faults: new Faults() });
fabric.register(createLogs(new LogStore(clock)));

const call = (operation: string, input: object, region = 'eu-west-1') =>
  fabric.call({ service: 'logs', operation, region, principal: ADMINISTRATOR, input });

interface Page {
  readonly logGroups: readonly { readonly logGroupName: string }[];
  readonly nextToken?: string;
}

async function named(prefix: string, limit = 50): Promise<readonly string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const input = { logGroupNamePrefix: prefix, limit, ...(nextToken && { nextToken }) };
    const page = (await call('DescribeLogGroups', input)) as Page;
    found.push(...page.logGroups.map(({ logGroupName }) => logGroupName));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

it('lists the groups of a region that begin so, by name, page by page', async () => {
  for (const logGroupName of ['/b/3', '/b/1', '/a/1', '/b/2']) await call('CreateLogGroup', { logGroupName });
  await call('CreateLogGroup', { logGroupName: '/b/4' }, 'eu-central-1');
  expect(await named('/b/')).toEqual(['/b/1', '/b/2', '/b/3']);
  expect(await named('/b/', 1)).toEqual(['/b/1', '/b/2', '/b/3']);
  await expect(call('CreateLogGroup', { logGroupName: '/b/1' })).rejects.toMatchObject({
    code: 'ResourceAlreadyExistsException',
  });
  await call('DeleteLogGroup', { logGroupName: '/b/1' });
  expect(await named('/b/')).toEqual(['/b/2', '/b/3']);
  await expect(call('DeleteLogGroup', { logGroupName: '/b/1' })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  });
});
