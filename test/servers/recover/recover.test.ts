import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, tlsFiles } from '@redrill/local-aws/redis';
import { bytes, file, inMs, key, run, str } from '@redrill/rdb/testing';
import { describe, expect, it } from 'vitest';
import { fileOf, folder, listening, runningHere } from './running.ts';
import { contentOf, recovered, sample } from './sample.ts';

const LATER_MS = Date.now() + 86_400_000;
const given = sample();

describe('without --apply', () => {
  it('is a plan: nothing is written', async () => {
    const { path, keys } = given();
    const target = await listening();
    const { output, status } = await recovered(path, '--into', target.url);
    expect(output).toMatchObject({ outcome: 'plan', read: keys, written: keys, skipped: null });
    expect(output.functions).toEqual({ written: 1, skipped: 0, refused: 0 });
    expect(status).toBe(0);
    expect(await target.client.dbsize()).toBe(0);
  });

  it('--mode report looks for every key, and writes none even with --apply', async () => {
    const { path, keys } = given();
    const target = await listening();
    await run(target.client, [['SET', 'str:1', 'mine']]);
    const { output } = await recovered(path, '--into', target.url, '--mode', 'report', '--apply');
    expect(output).toMatchObject({ outcome: 'report', written: keys - 1, skipped: 1 });
    expect(await target.client.dbsize()).toBe(1);
  });
});

describe('with --apply', () => {
  it('makes the same content, functions included, and leaves no state behind', async () => {
    const { source, path, keys } = given();
    const target = await listening();
    const { output, status } = await recovered(path, '--into', target.url, '--apply');
    expect(output).toMatchObject({
      outcome: 'recovered',
      read: keys,
      written: keys,
      skipped: 0,
      refusals: [],
    });
    expect(output.functions).toEqual({ written: 1, skipped: 0, refused: 0 });
    expect(status).toBe(0);
    expect(await contentOf(target)).toBe(await contentOf(source));
    expect(existsSync(join(path, '..', `dump.rdb.into-127.0.0.1-${target.port}.recover.json`))).toBe(false);
  });

  it('mode missing leaves what is there, mode overwrite does not', async () => {
    const { source, path, keys } = given();
    const target = await listening();
    const mine = "#!lua name=mylib\nredis.register_function('f', function() return 'mine' end)";
    await run(target.client, [
      ['SET', 'hash:small', 'mine'],
      ['FUNCTION', 'LOAD', mine],
    ]);
    const missing = await recovered(path, '--into', target.url, '--apply');
    expect(missing.output).toMatchObject({ written: keys - 1, skipped: 1, functions: { skipped: 1 } });
    expect(await target.client.get('hash:small')).toBe('mine');
    expect(await target.client.call('FCALL', 'f', '0')).toBe('mine');
    const overwritten = await recovered(path, '--into', target.url, '--apply', '--mode', 'overwrite');
    expect(overwritten.output).toMatchObject({ written: keys, skipped: 0, functions: { written: 1 } });
    expect(await contentOf(target)).toBe(await contentOf(source));
  });

  it('--match, --type and --db choose, and the sum still adds up', async () => {
    const { path, keys } = given();
    const target = await listening();
    const { output } = await recovered(
      path,
      ...['--into', target.url, '--apply', '--no-functions'],
      ...['--match', 'h[a-b]sh:?*', '--type', 'hash,string', '--db', '0'],
    );
    expect(output.written).toBe(4);
    expect(output.filtered).toBe(keys - 4);
    expect((await target.client.keys('*')).sort()).toEqual([
      'hash:large',
      'hash:large-values',
      'hash:numbers',
      'hash:small',
    ]);
    expect(await target.client.call('FUNCTION', 'LIST')).toEqual([]);
  });

  it('keys that have expired are left out by the server’s clock, the others keep their time', async () => {
    const target = await listening();
    const expiring = await fileOf(
      file(
        'REDIS0010',
        bytes(inMs(Date.now() - 1000), key(0, 'gone', str('v'))),
        bytes(inMs(LATER_MS), key(0, 'stays', str('v'))),
      ),
    );
    const { output } = await recovered(expiring, '--into', target.url, '--apply');
    expect(output).toMatchObject({ read: 2, written: 1, expired: 1 });
    expect(Number(await target.client.call('PEXPIRETIME', 'stays'))).toBe(LATER_MS);
  });

  it('a database in the URL takes everything, of one database only', async () => {
    const { path } = given();
    const target = await listening();
    const refused = await runningHere(['recover', path, '--into', `${target.url}/5`, '--apply']);
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toContain('there are keys of databases 0, 3; choose one with --db');
    const { output } = await recovered(path, '--into', `${target.url}/5`, '--apply', '--db', '3');
    expect(output.written).toBe(2);
    await target.client.select(5);
    expect((await target.client.keys('*')).sort()).toEqual(['hash:other', 'str:1']);
  });

  it('--rate holds it back', async () => {
    const target = await listening();
    const many = await fileOf(
      file('REDIS0010', ...Array.from({ length: 300 }, (_, at) => key(0, `k${at}`, str('v')))),
    );
    const startedAt = performance.now();
    await recovered(many, '--into', target.url, '--apply', '--rate', '150');
    expect(performance.now() - startedAt).toBeGreaterThan(1_700);
  });

  it('over TLS, with a user whose password is in the environment', async () => {
    const { source, path } = given();
    const where = await folder();
    const { caFile, certificateFile, keyFile } = await tlsFiles(where);
    const port = await freePort();
    const target = await listening(
      ...['--tls-port', String(port), '--tls-auth-clients', 'no', '--tls-cert-file', certificateFile],
      ...['--tls-key-file', keyFile, '--tls-ca-cert-file', caFile],
    );
    await target.client.call('ACL', 'SETUSER', 'writer', 'on', '>secret', '~*', '+@all');
    const words = ['recover', path, '--into', `rediss://writer@127.0.0.1:${port}`, '--ca', caFile, '--apply'];
    const { status, stderr } = await runningHere(words, { REDRILL_REDIS_PASSWORD: 'secret' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(await contentOf(target)).toBe(await contentOf(source));
    const untrusted = await runningHere([...words.slice(0, 4), '--apply'], {
      REDRILL_REDIS_PASSWORD: 'secret',
    });
    expect(untrusted.stderr).toMatch(/cannot be reached: .*certificate/);
    const wrong = await runningHere(words, { REDRILL_REDIS_PASSWORD: 'wrong' });
    expect(wrong.stderr).toContain('WRONGPASS');
    expect(wrong.stderr).not.toContain('wrong@');
  });
});
