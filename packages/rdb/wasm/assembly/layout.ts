/**
 * Where things lie in the core's memory. The core allocates nothing: its memory is as large at the end of a file of
 * any size as at its beginning. Read by the shell as well, so nothing but plain constants may stand here.
 */

/** Everything that a reading has to remember between two chunks, but for the bytes, the digest and the hashes of keys. */
export const STATE = 1024;
export const STATE_BYTES = 4096;
/** At the end of the state: how many keys of each of the file's own types, in numbers of 8 bytes. */
export const KEYS_BY_RDB_TYPE = 4864;
export const RDB_TYPES = 32;

/** Numbers of 8 bytes that the core hands to the shell; their order is given where each is written. */
export const REPORT = 5120;
export const REPORT_BYTES = 1024;

/** Decimal text of integers. */
export const TEXT = 6144;
export const TEXT_BYTES = 64;

/** Constant parts of RESTORE commands. */
export const COMMAND_TEXTS = 6272;
export const COMMAND_TEXTS_BYTES = 448;

/** Slicing tables of both CRC-64 polynomials. */
export const CRC_TABLES = 8192;
export const CRC_TABLE_BYTES = 16384;

/** Slicing tables of CRC-16. */
export const CRC16_TABLES = 40960;
export const CRC16_TABLE_BYTES = 512;

/** From 10^0 on, eight bytes each. */
export const POWERS_OF_TEN = 43264;
export const POWERS_OF_TEN_BYTES = 160;

/** For each length below 16, sixteen bytes of which so many are all ones, the others zero. */
export const MASKS = 43520;
export const MASKS_BYTES = 256;

/** Where each gathered element ends, and its member or field, four bytes each. */
export const ENDS = 43776;
export const ENDS_BYTES = 1024;

/** Additions to expiry bins that wait for others: instant, keys, volatile fields, hash. */
export const WAITING = 44800;
export const MAX_WAITING = 32;

/** Keys that wait for others: hash, what chooses its place, position in the file. One more has room behind them. */
export const WAITING_KEYS = 47104;
export const WAITING_KEY_BYTES = 24;
export const MAX_WAITING_KEYS = 32;
/** The slots of the first keys, four bytes each: so few are cleared one by one, and kept in a checkpoint. */
export const SLOTS_USED = 49152;
export const MAX_KEYS_KEPT = 1024;

/** 128-bit powers of five, low half first, for scores written in decimal. The shell fills them in. */
export const POWERS = 74496;
export const MIN_POWER = -60;
export const MAX_POWER = 60;

/** One byte per hash slot. */
export const SLOTS = 77824;
export const SLOTS_BYTES = 16384;

/** Of keys without expiry, per bucket: a sum of 16 bytes, then a count of 8. */
export const BUCKETS = 94208;
export const BUCKET_COUNT = 4096;
export const BUCKET_BYTES = 24;

/** The unread input: what was left of the last chunk, then the next one. The 4096 bytes before it stay zero. */
export const WINDOW = 196608;
/** A string up to this long is dealt with in one piece once all of it has arrived; a longer one as it arrives. */
export const SMALL_BYTES = 65536;
/** What can be put into the window at once, beside what may be left in it. */
export const CHUNK_BYTES = 262144;
export const WINDOW_BYTES = 333824;

/** Where strings of up to {@link SMALL_BYTES} are decompressed to. */
export const UNPACKED = 530432;
export const UNPACKED_BYTES = 66560;

/** The part at hand of a long packed value, or of a long compressed string, with the history that LZF refers to. */
export const PART = 596992;
export const PART_BYTES = 262144;
export const LZF_HISTORY_BYTES = 8192;

/** The field names of a stream's node: for each, its length in 4 bytes, then the bytes. */
export const NAMES = 860160;
export const NAMES_BYTES = 262144;

/** Where short elements are put together: the same place, for only streams keep names. */
export const GATHERED = NAMES;

/** A hash table of expiry bins: the number of each plus one, in four bytes; 0 is free. */
export const BIN_SLOTS = 1122304;
export const BIN_SLOT_COUNT = 131072;
/** The bins one after the other: index, keys, volatile fields, sum. There is one more until the width is doubled. */
export const BINS = 1646592;
export const BIN_BYTES = 40;
export const MAX_BINS = 65536;

/** RESTORE commands that have not been handed over, the unfinished one last. */
export const OUT = 4325376;
export const OUT_BYTES = 4194304;
/** Of each of these commands: where it ends in the batch and its database (4 bytes each), its position in the file (8). */
export const COMMANDS = 8519680;
export const COMMAND_BYTES = 16;
export const MAX_COMMANDS = 4096;

/** Hashes of the members of the value at hand, or of the consumers of the group. */
export const MEMBERS_TABLE = 8585216;
export const MEMBERS_TABLE_BYTES = 8388608;
/** Hashes of the groups of the stream at hand. */
export const GROUPS_TABLE = 16973824;
export const GROUPS_TABLE_BYTES = 65536;
/** Tables up to this many bytes are kept in a checkpoint. */
export const MAX_TABLE_KEPT = 65536;

/** What the compiler itself puts into memory. */
export const STATICS = 17039360;

/** Hashes of the keys, to the end of the memory. */
export const KEYS_TABLE = 17104896;
export const KEYS_TABLE_BYTES = 16777216;
export const MAX_KEYS_TABLE_BYTES = 536870912;
export const PAGE_BYTES = 65536;
