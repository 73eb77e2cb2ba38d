import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@redrill/local-aws/redis';
import { bytes, file, key, select, startServer, str } from '@redrill/rdb/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CompareOutput } from '../../../cli/compare/contract.ts';
import { fileOf, runningHere } from './running.ts';
import { recovered } from './sample.ts';
import { hasValkey9, VALKEY } from './valkey-nine.ts';

const STOP_MS = 2_000;

/** A Valkey with cluster mode that serves all slots. */
async function clusterWith(databases: number) {
  const [port, busPort] = [await freePort(), await freePort()];
  const mode = ['--cluster-enabled', 'yes', '--cluster-databases', String(databases)];
  const server = await startServer(
    ['--port', String(port), '--cluster-port', String(busPort), ...mode],
    undefined,
    VALKEY,
  );
  onTestFinished(() => Promise.race([server.stop(), sleep(STOP_MS)]));
  await server.client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await expect.poll(() => server.client.call('CLUSTER', 'INFO'), { timeout: 120_000 }).toContain('state:ok');
  return { ...server, url: `redis://127.0.0.1:${port}` };
}

const several = () =>
  fileOf(file('REDIS0010', bytes(select(0), key(0, 'a', str('v'))), bytes(select(3), key(0, 'b', str('w')))));

describe.skipIf(!hasValkey9)('a cluster of Valkey 9 with several databases (needs valkey-server 9)', () => {
  it('is recovered into, each key into its own database, and compared with', async () => {
    const path = await several();
    const target = await clusterWith(16);
    const { output, status } = await recovered(path, '--into', target.url, '--apply');
    expect({ status, written: output.written }).toEqual({ status: 0, written: 2 });
    await target.client.select(3);
    expect(await target.client.get('b')).toBe('w');
    const { stdout } = await runningHere(['compare', path, target.url, '--json']);
    expect(CompareOutput.parse(JSON.parse(stdout))).toMatchObject({ verdict: 'equal', keysFound: 2 });
  });

  it('that lacks one of them is refused, and nothing is written', async () => {
    const target = await clusterWith(2);
    const { stderr, status } = await runningHere([
      'recover',
      await several(),
      '--into',
      target.url,
      '--apply',
    ]);
    expect(stderr).toContain('is a cluster without database 3, and there are keys of databases 0, 3');
    expect(status).toBe(2);
    expect(await target.client.dbsize()).toBe(0);
  });
});
