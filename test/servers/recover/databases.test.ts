import { bytes, file, key, select, str } from '@redrill/rdb/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { fileOf, listening, runningHere } from './running.ts';

let path: string;

/** Database 3 holds nothing but a value that goes alone. */
beforeAll(async () => {
  const large = key(0, 'large', str('v'.repeat(3 * 1024 * 1024)));
  path = await fileOf(
    file('REDIS0010', bytes(select(0), key(0, 'small', str('v'))), bytes(select(3), large)),
  );
});

async function clusterOfOne() {
  const target = await listening('--cluster-enabled', 'yes');
  await target.client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  const state = () => target.client.call('CLUSTER', 'INFO');
  await expect.poll(state, { timeout: 120_000 }).toContain('cluster_state:ok');
  return target;
}

describe('a database that holds large values only', () => {
  it('is not mixed with another one into the database of the URL', async () => {
    const target = await listening();
    const words = ['recover', path, '--into', `${target.url}/0`, '--apply'];
    const { stdout, stderr, status } = await runningHere(words);
    expect(stderr).toContain('the URL names database 0, and there are keys of databases 0, 3; choose one');
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    expect(await target.client.dbsize()).toBe(0);
    expect((await runningHere([...words, '--db', '3'])).status).toBe(0);
    expect(await target.client.keys('*')).toEqual(['large']);
  });

  it('is refused for a cluster before anything is written', async () => {
    const target = await clusterOfOne();
    const { stdout, stderr, status } = await runningHere(['recover', path, '--into', target.url, '--apply']);
    expect(stderr).toMatch(
      /is a cluster without database 3, and there are keys of databases 0, 3; choose one/,
    );
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    expect(await target.client.dbsize()).toBe(0);
  });
});
