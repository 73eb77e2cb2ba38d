import type { Reason } from '../contracts/recovery-point.ts';
import type { Topology } from '../contracts/topology.ts';

/** The code of a verified copy of a server whose settings differ from those in the copy before. */
export const SETTINGS_CHANGED = 'SettingsChanged';

type Server = NonNullable<Topology['server']>;

/** What persistence or a restore depends on, by the names of the settings. */
const SETTINGS: Readonly<Record<string, (server: Server) => string | undefined>> = {
  save: ({ save }) => `"${save}"`,
  appendonly: ({ appendOnly }) => (appendOnly ? 'yes' : 'no'),
  dir: ({ dir }) => dir,
  dbfilename: ({ dbfilename }) => dbfilename,
  databases: ({ databases }) => String(databases),
  maxmemory: ({ maxmemoryBytes }) => String(maxmemoryBytes),
  'maxmemory-policy': ({ maxmemoryPolicy }) => maxmemoryPolicy,
  modules: ({ modules }) =>
    modules
      .map(({ name, version }) => `${name} ${version}`)
      .sort()
      .join(', ') || 'none',
};

/** Settings that differ between two copies of one host: another host of the server may be set up otherwise. */
export function settingsChanged(now: Topology, before: Topology | undefined): readonly Reason[] {
  const [server, earlier] = [now.server, before?.server];
  if (server === undefined || earlier === undefined) return [];
  if (server.hosts[0]?.host !== earlier.hosts[0]?.host) return [];
  const changes = Object.entries(SETTINGS).flatMap(([name, read]) => {
    const [value, was] = [read(server), read(earlier)];
    return value === undefined || was === undefined || value === was
      ? []
      : [`${name} is ${value}, was ${was}`];
  });
  return changes.length === 0 ? [] : [{ code: SETTINGS_CHANGED, message: changes.join('; ') }];
}
