/**
 * Planted bugs that files of this folder would find, by their names: `npm test` runs instead what catches the first
 * of each in at most fifteen simulated days.
 */
export const INSTEAD: Readonly<Record<string, readonly string[]>> = {
  'broken-promises': ['too old a grace', 'never told that it is over'],
  'content-gate': [
    'shrinking is fine',
    'the usual is what the last two days held',
    'cries wolf at a growing cache',
  ],
  'delivered-again': ['the snapshot’s name is drawn, not derived', 'the record is written again'],
  faults: ['backups fail without an alert', 'the alert is swallowed', 'stale files pass'],
  flushall: ['empty is fine', 'shrinking is fine', 'drills take a suspect point'],
  'killed-lambdas': ['the marker before the registry', 'a saved reading stays', 'teardown gives up at once'],
  'landing-bucket': [
    'the seal’s ETag is not compared',
    'prune before the vault has verified',
    'every copy is marked as verified',
  ],
  'month-not-lost': ['tier from the hour, not from evidence'],
  'resharded-caches': ['the files of an export are numbered without gaps'],
  silence: ['age-only retention', 'release by age', 'heartbeat before verification'],
  'source-sight': ['the protected set shrinks with the tag'],
  'tiers-and-releases': [
    'one newer copy is enough',
    'release counts corrupt points',
    'release counts suspect points',
  ],
  watch: ['heartbeat before verification', 'never told that it is over', 'too old a grace'],
};
