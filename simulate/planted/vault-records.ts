import type { Mutation } from './mutation.ts';

/** Bugs in the vault’s own records, and the order of ingests. */
export const CATALOGUE_BUGS: readonly Mutation[] = [
  {
    name: 'the record is written again',
    under: ['crashes after calls', 'one crash at one call'],
    file: 'vault/point-records.ts',
    find: "const isNew = (await vault.write(key, body, 'absent')) === 'written';",
    replace: "const isNew = (await vault.write(key, body)) === 'written';",
  },
  {
    name: 'verified whatever the record says',
    under: ['file flipped'],
    file: 'vault/catalogue.ts',
    find: 'slot), plan }, summaryOf(point)),',
    replace:
      "slot), plan }, { ...summaryOf(point), verdict: verdict === 'corrupt' ? 'verified' : verdict }),",
  },
  {
    name: 'the marker before the registry',
    under: ['crashes before calls', 'crashes after calls'],
    file: 'vault/catalogue.ts',
    find: '    await enterRecord(this.vault, point);',
    replace:
      '    await writeJson(this.vault, vaultKeys.ingested(point.snapshot), { version: 1, cache, slot, tier, verdict, record });\n    await enterRecord(this.vault, point);',
  },
  {
    name: 'the registry forgets the last verified point',
    file: 'core/retention/registry-entry.ts',
    find: "...newestFirst.filter(({ verdict }) => verdict === 'verified').slice(0, RECENT_POINTS),",
    replace: "...newestFirst.filter(({ verdict }) => verdict === 'verified').slice(1, RECENT_POINTS),",
  },
  {
    name: 'failed ingests are never tried again',
    under: ['landing denied', 'out of memory'],
    file: 'core/ingest/order-ingests.ts',
    find: 'const PAUSE_MS = HOUR_MS;',
    replace: 'const PAUSE_MS = 150 * HOUR_MS;',
  },
  {
    name: 'ingests are retried without a pause',
    under: ['out of memory'],
    file: 'core/ingest/order-ingests.ts',
    find: 'const PAUSE_MS = HOUR_MS;',
    replace: 'const PAUSE_MS = 60_000;',
  },
  {
    name: 'the lease of a running ingest is ignored',
    under: ['slow calls', 'slow reading', 'ingest unscheduled'],
    days: 40,
    file: 'core/ingest/order-ingests.ts',
    find: `const first = exports.toSorted(byTurn)[0];
    if (first?.progress.state !== 'due' || is('running')) return [];`,
    replace: `const first = exports.filter(({ progress }) => progress.state !== 'running').toSorted(byTurn)[0];
    if (first?.progress.state !== 'due') return [];`,
  },
];
