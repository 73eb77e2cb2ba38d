import type { ExportSeal } from '../contracts/export.ts';
import { isProtected, type Plan } from '../contracts/plan.ts';
import type { ServerSeal } from '../contracts/server-seal.ts';
import type { Servers } from '../contracts/servers.ts';
import { SERVER_NODE_TYPE, type Topology } from '../contracts/topology.ts';
import { secondsOf } from '../model/duration.ts';
import { landingKeys } from '../model/keys.ts';
import { snapshotNameOf } from '../model/names.ts';
import { instantOf, type Slot } from '../model/slot.ts';

/** What is configured of a server, and where its hosts write to. */
export interface ServerPlace {
  readonly server: string;
  readonly slot: Slot;
  readonly settings: Servers[string];
  readonly source: ExportSeal['source'];
}

const GIB = 1024 ** 3;

/**
 * What all hosts of a server have sealed for a slot, as one export; undefined until every shard is sealed. A seal that does not
 * speak of its own place counts as none: an attacker who controls a host can write anything below its prefix.
 */
export function serverExport(place: ServerPlace, seals: readonly ServerSeal[]): ExportSeal | undefined {
  const { server, slot, settings, source } = place;
  const sealed = seals.filter((each) => speaksOf(place, each)).sort((one, other) => one.shard - other.shard);
  if (sealed.length !== settings.shards) return undefined;
  const takenAt = sealed.map((each) => each.takenAt).sort()[0] ?? '';
  const sealedAt =
    sealed
      .map((each) => each.sealedAt)
      .sort()
      .at(-1) ?? '';
  return {
    version: 1,
    cache: server,
    kind: 'server',
    plan: settings.plan,
    slot,
    snapshot: snapshotNameOf(server, slot),
    source,
    takenAt,
    sealedAt,
    shards: sealed.map(({ shard, file: { key, bytes, etag } }) => ({ shard, key, bytes, etag })),
    topology: topologyOf(sealed),
  };
}

/** Whether a seal is of this server and slot, of a shard that there is, and of a file of its own that may be taken. */
function speaksOf({ server, slot, settings }: ServerPlace, seal: ServerSeal): boolean {
  const { file, shard } = seal;
  return (
    seal.server === server &&
    seal.slot === slot &&
    shard <= settings.shards &&
    file.key.startsWith(landingKeys.serverSlot(server, slot)) &&
    file.key.endsWith('.rdb') &&
    file.bytes <= settings.largestFileGib * GIB
  );
}

/** As the first shard tells it, and of each shard what differs between them. */
function topologyOf(sealed: readonly ServerSeal[]): Topology {
  const [first] = sealed;
  if (first === undefined) throw new Error('a server has at least one shard');
  const { engine, engineVersion, tls, auth, role: _role, slots, ...server } = first.facts;
  const databases = server.databases === 16 ? {} : { databases: String(server.databases) };
  return {
    engine,
    engineVersion,
    nodeType: SERVER_NODE_TYPE,
    clusterMode: slots !== undefined,
    replicas: 0,
    shards: sealed.map(({ shard, facts }) =>
      facts.slots === undefined ? { shard } : { shard, slots: facts.slots },
    ),
    parameterGroup: 'default.',
    parameters: databases,
    userGroups: [],
    securityGroups: [],
    tls,
    auth,
    automaticFailover: false,
    multiAz: false,
    dataTiering: false,
    tags: {},
    server: {
      ...server,
      hosts: sealed.map(({ shard, host, facts: { role } }) => ({ shard, host, role })),
    },
  };
}

/** A slot of the plan's cadence that has begun: any other has been made up. */
export function isSlotOf(plan: Plan | undefined, slot: Slot, now: Date): boolean {
  if (plan === undefined || !isProtected(plan)) return false;
  const due = instantOf(slot).getTime();
  return due <= now.getTime() && due % (secondsOf(plan.every) * 1_000) === 0;
}
