import { key, len, listpack, lzf, str, ziplist } from './build.ts';

/** All that a server passes over when it loads a file, as in `corrupt_empty_keys.rdb` of Redis's own tests. */
export const EMPTY_KEYS = [
  key(2, 'set', len(0)),
  key(4, 'hash', len(0)),
  key(5, 'zset', len(0)),
  key(10, 'list_ziplist', str(ziplist())),
  key(12, 'zset_ziplist', str(ziplist())),
  key(13, 'hash_ziplist', lzf(ziplist())),
  key(14, 'list_quicklist', len(0)),
  key(14, 'list_of_empty_nodes', len(2), str(ziplist()), str(ziplist())),
  key(16, 'hash_listpack', str(listpack())),
  key(17, 'zset_listpack', str(listpack())),
  key(18, 'list_quicklist_2', len(0)),
  key(18, 'list_2_of_empty_nodes', len(2), len(2), str(listpack()), len(2), str(listpack())),
];
