import { describe, expect, it } from 'vitest';
import { infoOf } from '../../../../core/model/server-info.ts';
import { whyNotNow, whyNotSaved } from '../../../../core/ship/save-state.ts';

const READY = 'loading:0\r\nrdb_bgsave_in_progress:0\r\naof_rewrite_in_progress:0\r\nrole:master\r\n';

describe('whyNotNow', () => {
  it.each([
    ['', undefined],
    ['loading:1', 'it is loading its data'],
    ['rdb_bgsave_in_progress:1', 'another save is under way'],
    ['aof_rewrite_in_progress:1', 'its append-only file is being rewritten'],
    ['role:slave\nmaster_link_status:up', undefined],
    ['role:slave\nmaster_link_status:down', 'it is a replica, and its link to the primary is down'],
    ['role:slave\nmaster_sync_in_progress:1', 'it is a replica that copies its primary anew'],
  ])('%j: %s', (fields, reason) => {
    const changed = new Map([...infoOf(READY), ...infoOf(fields)]);
    expect(whyNotNow(changed)).toBe(reason);
  });
});

describe('whyNotSaved', () => {
  const before = infoOf('run_id:1\nrdb_saves:4\nrdb_last_bgsave_status:ok');
  const after = infoOf('run_id:1\nrdb_saves:5\nrdb_last_bgsave_status:ok');
  const [fileBefore, fileAfter] = [
    { inode: 1, changedAtMs: 1 },
    { inode: 2, changedAtMs: 2 },
  ];
  const good = { before, after, fileBefore, fileAfter };

  it.each([
    ['a new file and one more save', {}, undefined],
    ['no file before', { fileBefore: undefined }, undefined],
    [
      'a server that does not count its saves',
      { before: infoOf('run_id:1'), after: infoOf('run_id:1\nrdb_last_bgsave_status:ok') },
      undefined,
    ],
    [
      'another process',
      { after: infoOf('run_id:2\nrdb_saves:9\nrdb_last_bgsave_status:ok') },
      'the server was restarted while it saved',
    ],
    [
      'a save that failed',
      { after: infoOf('run_id:1\nrdb_saves:4\nrdb_last_bgsave_status:err') },
      "the server says that its last save was 'err'",
    ],
    ['no further save', { after: before }, 'the server has counted no further save'],
    ['no file', { fileAfter: undefined }, 'there is no file where the server says that it saves to'],
    ['the same file', { fileAfter: fileBefore }, 'the file is the one that was there before'],
  ])('%s', (_what, changed, reason) => {
    expect(whyNotSaved({ ...good, ...changed })).toBe(reason);
  });
});
