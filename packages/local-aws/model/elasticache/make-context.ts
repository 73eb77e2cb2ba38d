import { join } from 'node:path';
import { readingsOf } from '../../readings.ts';
import { type TlsFiles, tlsFiles } from '../../redis/certificate.ts';
import { requireServer, type ServerBinary } from '../../redis/server-binary.ts';
import type { Context, ElastiCacheOptions, Shortage } from './context.ts';
import { drawDurationMs, GUESSED_DURATIONS, scaleOf } from './durations.ts';
import type { Place } from './names.ts';
import { maxMemoryBytesOf } from './node-types.ts';
import type { RegionState } from './state.ts';

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html (checked 2026-11-23) */
const DEFAULT_NODE_QUOTA = 300;
const GIGABYTE = 1_000_000_000;

/** What the operations share, made of the options; `states` fills as accounts and regions are first used. */
export function makeContext(
  options: ElastiCacheOptions,
  states: Map<string, RegionState>,
  shortages: readonly Shortage[],
): Context {
  const { clock, faults, s3, keys, network, dataDir } = options;
  const readings = options.readings ?? readingsOf();
  const durations = { ...GUESSED_DURATIONS, ...options.durations };
  let folders = 0;
  let server: Promise<ServerBinary> | undefined;
  let tls: Promise<TlsFiles> | undefined;
  return {
    clock,
    faults,
    s3,
    keys,
    network,
    readings,
    shortages,
    stateOf: (place) => stateIn(states, place),
    maxMemoryBytes: options.maxMemoryBytes ?? maxMemoryBytesOf,
    bytesOfGigabytes: options.bytesOfGigabytes ?? ((gigabytes) => gigabytes * GIGABYTE),
    nodeQuota: options.nodeQuota ?? (() => DEFAULT_NODE_QUOTA),
    server: () => {
      server ??= options.server === undefined ? requireServer() : Promise.resolve(options.server);
      return server;
    },
    tls: () => {
      tls ??= tlsFiles(join(dataDir, 'tls'));
      return tls;
    },
    newFolder: (kind) => join(dataDir, `${kind}-${++folders}`),
    durationMs: (step, name) =>
      scaleOf(readings.durations, step) *
      drawDurationMs(durations[step], options.seed ?? 'redrill', `${step} ${name}`),
    strikes: (kind, operation, region, resource) =>
      faults.take([kind], { service: 'elasticache', operation, region, resource }) !== undefined,
    tell: (state, event) => {
      state.events.push({ ...event, at: clock.now() });
    },
  };
}

function stateIn(states: Map<string, RegionState>, { account, region }: Place): RegionState {
  const key = `${account}/${region}`;
  const known = states.get(key);
  if (known !== undefined) return known;
  const state: RegionState = {
    account,
    region,
    groups: new Map(),
    clusters: new Map(),
    snapshots: new Map(),
    subnetGroups: new Map(),
    parameterGroups: new Map(),
    missingVersions: new Set(),
    serverless: { caches: new Map(), snapshots: new Map() },
    events: [],
  };
  states.set(key, state);
  return state;
}
