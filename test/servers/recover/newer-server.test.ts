import { compareDigests } from '@redrill/rdb';
import { file, held, key, payload, read, str } from '@redrill/rdb/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { RecoverOutput } from '../../../cli/recover/contract.ts';
import { nameDifferences } from '../../../live/compare/name-differences.ts';
import { Suspects } from '../../../live/compare/suspects.ts';
import { TargetCluster } from '../../../live/recover/target-cluster.ts';
import { type Answers, bulk, newerServer } from './newer-server.ts';
import { fileOf, runningHere } from './running.ts';

const NEWER = bulk(payload(14, 0, str('v')));
const stopping: (() => void)[] = [];
afterEach(() => {
  for (const stop of stopping.splice(0)) stop();
});

async function serving(answers: Answers) {
  const server = await newerServer(answers);
  stopping.push(server.stop);
  return server;
}

/** Takes the first RESTORE, hangs up without a word, and knows its key from then on. */
function forgetful(): Answers {
  let isThere = false;
  return ([command]) => {
    if (command === 'EXISTS') return isThere ? ':1\r\n' : ':0\r\n';
    if (command === 'DUMP') return NEWER;
    if (command !== 'RESTORE') return '-ERR unknown command\r\n';
    if (isThere) return '-BUSYKEY Target key name already exists.\r\n';
    isThere = true;
    return undefined;
  };
}

describe('a server whose payloads are newer than what is read', () => {
  it.each([
    ['a key', 'v'],
    ['a large value', 'v'.repeat(3_000_000)],
  ])('%s that may be our own is left as it is, and the work goes on', async (_, value) => {
    const { url } = await serving(forgetful());
    const path = await fileOf(file('REDIS0010', key(0, 'k', str(value))));
    const { stdout, stderr, status } = await runningHere([
      'recover',
      path,
      '--into',
      url,
      '--apply',
      '--json',
    ]);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(RecoverOutput.parse(JSON.parse(stdout))).toMatchObject({ read: 1, written: 0, skipped: 1 });
  });

  it('is not compared with: the key that cannot be read is named, and why', async () => {
    const scanned = `*2\r\n${bulk('0')}*1\r\n${bulk('k')}`;
    const { url } = await serving(([command]) => (command === 'SCAN' ? scanned : NEWER));
    const path = await fileOf(file('REDIS0010', key(0, 'k', str('v'))));
    const { stderr, status } = await runningHere(['compare', path, url]);
    expect(stderr).toMatch(/^what the cache holds of key 'k' in database 0 cannot be read: Unsupported.*14/);
    expect(stderr).toContain('use a newer Redrill');
    expect(status).toBe(2);
  });

  it.each([
    ['that is scanned', 'k'],
    ['that is asked for alone', undefined],
  ])('a suspect %s is named as what cannot be read', async (_, name) => {
    const keys = name === undefined ? '*0\r\n' : `*1\r\n${bulk(name)}`;
    const { port } = await serving(([command]) => (command === 'SCAN' ? `*2\r\n${bulk('0')}${keys}` : NEWER));
    const dump = file('REDIS0010', key(0, 'k', str('v')));
    const [expected, live] = [read(dump).digest, read(file('REDIS0010')).digest];
    if (expected === undefined || live === undefined) throw new Error('they were read deep');
    const suspects = new Suspects(expected, live, compareDigests(expected, live, Date.now()));
    const cluster = await TargetCluster.open(
      { host: '127.0.0.1', port, tls: false },
      { patienceMs: 1000, signal: new AbortController().signal },
    );
    const naming = nameDifferences({ sources: [held(dump)], cluster, suspects, limit: 1 });
    await expect(naming).rejects.toMatchObject({
      code: 'TargetUnreadable',
      message: expect.stringMatching(/key 'k' in database 0 cannot be read: UnsupportedVersion/),
    });
    cluster.close();
  });
});
