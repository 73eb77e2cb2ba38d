import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseShipConfig } from '../../../core/contracts/ship-config.ts';
import demo from '../../../redrill.config.ts';
import { redrillHere } from './run-here.ts';

const folder = mkdtempSync(join(tmpdir(), 'redrill-ship-print-'));
const ROLE = 'arn:aws:iam::111122223333:role/events';

beforeAll(() => {
  const config = {
    ...demo,
    account: '111122223333',
    plans: {
      ...demo.plans,
      often: { ...demo.plans['event-log'], every: '15m', rpo: '1h' },
      drifting: { ...demo.plans['event-log'], every: '90m', rpo: '4h' },
    },
    servers: {
      events: { plan: 'event-log', shards: 3, shippers: [ROLE] },
      clicks: { plan: 'often', shippers: [ROLE] },
      drifting: { plan: 'drifting', shippers: [ROLE] },
      scratch: { plan: 'pure-cache', shippers: [ROLE] },
    },
  };
  writeFileSync(join(folder, 'redrill.config.mjs'), `export default ${JSON.stringify(config)}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const print = (...words: readonly string[]) => redrillHere(['ship', '--print', ...words], { cwd: folder });

describe('redrill ship --print', () => {
  test('config is what redrill ship reads on the host', async () => {
    const { stdout, stderr, status } = await print('config', '--for', 'events', '--shard', '3');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(parseShipConfig(stdout, 'ship.json')).toMatchObject({
      server: 'events',
      shard: 3,
      every: '2h',
      landing: { bucket: 'redrill-landing-111122223333-eu-west-1-an', region: 'eu-west-1' },
    });
  });

  test('systemd is a service that runs the command', async () => {
    expect((await print('systemd')).stdout).toContain(
      '\nExecStart=/usr/bin/node /usr/local/lib/redrill-ship.mjs\n',
    );
  });

  test('cron runs it once for each slot of the plan, a minute later', async () => {
    const lines = async (name: string) =>
      (await print('cron', '--for', name)).stdout.trim().split('\n').slice(2);
    const run = 'redis /usr/bin/node /usr/local/lib/redrill-ship.mjs --once';
    expect(await lines('events')).toEqual([`1 0,2,4,6,8,10,12,14,16,18,20,22 * * * ${run}`]);
    expect(await lines('clicks')).toEqual([`1,16,31,46 * * * * ${run}`]);
    expect(await lines('drifting')).toEqual([
      `1 0,3,6,9,12,15,18,21 * * * ${run}`,
      `31 1,4,7,10,13,16,19,22 * * * ${run}`,
    ]);
  });

  test('kubernetes is a container that can read the data, and write nothing', async () => {
    const [container] = parse((await print('kubernetes')).stdout);
    expect(container).toMatchObject({
      name: 'redrill-ship',
      command: ['node', '/opt/redrill/redrill-ship.mjs', '--host-config', '/etc/redrill/ship.json'],
    });
    expect(container.env).toMatchObject([{ name: 'REDRILL_REDIS_PASSWORD' }]);
    expect(container.volumeMounts.every(({ readOnly }: { readonly readOnly?: boolean }) => readOnly)).toBe(
      true,
    );
  });

  test.each([
    [['config'], '--print needs --for <server>'],
    [['config', '--for', 'event'], "the configuration has no server 'event'; did you mean 'events'?"],
    [['config', '--for', 'clicks', '--shard', '2'], '--shard 2: clicks has the shards 1 to 1'],
    [['config', '--for', 'scratch'], "scratch is on plan 'pure-cache', which protects nothing"],
    [['cron'], '--print needs --for <server>'],
    [['unit'], "--print 'unit' is not one of program, config, acl, systemd, cron, kubernetes"],
  ])('refuses %j', async (words, why) => {
    const { stdout, stderr, status } = await print(...words);
    expect(stderr).toContain(why);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });
});

test('redrill ship says what it misses on a host', async () => {
  const { stderr, status } = await redrillHere(['ship', '--host-config', join(folder, 'ship.json')]);
  expect(stderr).toContain('ship.json cannot be read: there is no such file');
  expect(status).toBe(2);
});
