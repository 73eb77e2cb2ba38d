import type { Info } from '../model/server-info.ts';

/** Why the server cannot be asked to save at the moment; undefined if it can. */
export function whyNotNow(info: Info): string | undefined {
  if (info.get('loading') === '1') return 'it is loading its data';
  if (info.get('rdb_bgsave_in_progress') === '1') return 'another save is under way';
  if (info.get('aof_rewrite_in_progress') === '1') return 'its append-only file is being rewritten';
  if (info.get('role') !== 'slave') return undefined;
  if (info.get('master_sync_in_progress') === '1') return 'it is a replica that copies its primary anew';
  if (info.get('master_link_status') !== 'up') return 'it is a replica, and its link to the primary is down';
  return undefined;
}

/** What tells a file from the one that was there before it. */
export interface FileIdentity {
  readonly inode: number;
  readonly changedAtMs: number;
}

export interface SaveEvidence {
  readonly before: Info;
  readonly after: Info;
  readonly fileBefore: FileIdentity | undefined;
  readonly fileAfter: FileIdentity | undefined;
}

/**
 * Why the save that was asked for did not succeed; undefined if it did. LASTSAVE proves nothing: it is the instant of the
 * start until a save has succeeded, in whole seconds.
 */
export function whyNotSaved({ before, after, fileBefore, fileAfter }: SaveEvidence): string | undefined {
  if (before.get('run_id') !== after.get('run_id')) return 'the server was restarted while it saved';
  const status = after.get('rdb_last_bgsave_status');
  if (status !== 'ok') return `the server says that its last save was '${status ?? 'unknown'}'`;
  const saves = [before, after].map((info) => Number(info.get('rdb_saves') ?? Number.NaN));
  const [savesBefore = Number.NaN, savesAfter = Number.NaN] = saves;
  if (savesAfter <= savesBefore) return 'the server has counted no further save';
  if (fileAfter === undefined) return 'there is no file where the server says that it saves to';
  const isSame = fileBefore?.inode === fileAfter.inode && fileBefore.changedAtMs === fileAfter.changedAtMs;
  return isSame ? 'the file is the one that was there before' : undefined;
}
