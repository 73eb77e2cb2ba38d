import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explanationOf } from '../../bench/differential/explanations.ts';
import { folderReport } from '../../bench/differential/folder-report.ts';
import { file, key, str } from '../../testing/build.ts';

const FIXTURES = new URL('../../fixtures/', import.meta.url);
const SERVER = '/usr/bin/redis-check-rdb';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'differential-'));
  mkdirSync(join(folder, 'below', 'that'), { recursive: true });
  const saved = readFileSync(new URL('redis-7.0.15.rdb', FIXTURES));
  writeFileSync(join(folder, 'saved.rdb'), saved);
  const damaged = Uint8Array.from(saved);
  damaged.set([(damaged.at(-1) ?? 0) ^ 1], damaged.length - 1);
  writeFileSync(join(folder, 'below', 'that', 'damaged'), damaged);
  writeFileSync(join(folder, 'below', 'newer.rdb'), file('REDIS0012', key(0, 'k', str('v'))));
  writeFileSync(join(folder, 'below', 'unknown.rdb'), file('REDIS0099', key(0, 'k', str('v'))));
  writeFileSync(join(folder, 'notes.txt'), 'not a dump');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function differential(...args: readonly string[]) {
  return spawnSync(process.execPath, ['packages/rdb/bench/differential.ts', ...args], { encoding: 'utf8' });
}

describe('npm run differential -- --files <folder> --server <program>', () => {
  it('judges every RDB file in a folder and below as the server does', () => {
    const { stdout, stderr, status } = differential('--files', folder, '--server', SERVER);
    expect(stderr).toBe('');
    expect(stdout).toContain('| sound | 2 | 1 | 1 | 1 |');
    expect(stdout).toContain('| not sound | 1 | 0 |  | 1 |');
    expect(stdout).toContain('| unsupported | 1 | 0 |  | 1 |');
    expect(stdout).toContain('4 files: 3 without a disagreement, 1 explained, 0 not explained.');
    expect(status).toBe(0);
  });

  it('refuses a program that is no server, and a folder without RDB files', () => {
    expect(differential('--files', folder, '--server', '/bin/true').stderr).toContain(
      'expected a server of Redis or Valkey',
    );
    expect(differential('--files', 'docs', '--server', SERVER).stderr).toContain(
      'expected RDB files in it, found none',
    );
  });
});

it('lists a disagreement that nothing explains with what the server said', () => {
  const report = folderReport([
    {
      path: 'a.rdb',
      ours: 'sound',
      said: '1 keys',
      serverLoads: false,
      serverSaid: 'Internal error in RDB\nexiting now',
      difference: 'the server refuses it',
    },
  ]);
  expect(report).toContain('Not explained:\n  a.rdb: sound (1 keys), but the server refuses it');
  expect(report).toContain('    | exiting now');
});

it('excuses servers that check less only up to the version that began to check', () => {
  const ours = { outcome: 'BadZipmap', said: 'BadZipmap at byte 9: expected …' } as const;
  const by = (version: number) =>
    explanationOf({ who: 'server', they: 'accept', ours, said: '', engine: { name: 'redis', version } });
  expect(by(5)?.because).toContain('before 6.2');
  expect(by(6.2)).toBeUndefined();
});
