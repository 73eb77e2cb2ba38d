import { describe, expect, it } from 'vitest';
import type { Topology } from '../../../../core/contracts/topology.ts';
import { SETTINGS_CHANGED, settingsChanged } from '../../../../core/ingest/settings-changed.ts';
import { TOPOLOGY } from '../facts.ts';

type Server = NonNullable<Topology['server']>;

const SERVER: Server = {
  hosts: [{ shard: 1, host: 'events-1', role: 'primary' }],
  databases: 16,
  maxmemoryBytes: 1_000,
  maxmemoryPolicy: 'noeviction',
  modules: [],
  save: '3600 1',
  appendOnly: true,
  dir: '/var/lib/redis',
  dbfilename: 'dump.rdb',
};
const topology = (more: Partial<Server> = {}): Topology => ({ ...TOPOLOGY, server: { ...SERVER, ...more } });
const changes = (more: Partial<Server>) => settingsChanged(topology(more), topology());

describe('settingsChanged', () => {
  it.each([
    [{ save: '' }, 'save is "", was "3600 1"'],
    [{ appendOnly: false }, 'appendonly is no, was yes'],
    [{ dir: '/tmp' }, 'dir is /tmp, was /var/lib/redis'],
    [{ dbfilename: 'other.rdb' }, 'dbfilename is other.rdb, was dump.rdb'],
    [{ databases: 1 }, 'databases is 1, was 16'],
    [
      { maxmemoryBytes: 0, maxmemoryPolicy: 'allkeys-lru' },
      'maxmemory is 0, was 1000; maxmemory-policy is allkeys-lru, was noeviction',
    ],
    [{ modules: [{ name: 'bf', version: '20612' }] }, 'modules is bf 20612, was none'],
  ])('of %j', (more, message) => {
    expect(changes(more)).toEqual([{ code: SETTINGS_CHANGED, message }]);
  });

  it('is nothing if they are the same, unknown, of another host, or of a cache', () => {
    expect(changes({})).toEqual([]);
    expect(changes({ dir: undefined })).toEqual([]);
    expect(changes({ save: '', hosts: [{ shard: 1, host: 'events-2', role: 'primary' }] })).toEqual([]);
    expect(settingsChanged(topology(), undefined)).toEqual([]);
    expect(settingsChanged(TOPOLOGY, topology())).toEqual([]);
  });
});
