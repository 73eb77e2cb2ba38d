/** What the shell does for the core. None of these is called per element. */

/** Throws, so it does not return. The numbers go into the message. */
export declare function refuse(refusal: i32, offset: f64, a: f64, b: f64, c: f64): void;
/** An AUX field, both parts short enough to be kept. */
export declare function aux(name: usize, nameBytes: u32, value: usize, valueBytes: u32): void;
/** So many keys more in this database. */
export declare function keysOf(database: u32, keys: f64): void;
/** Slots that the node that wrote the file was importing, both included. */
export declare function slotImport(first: u32, last: u32): void;
/** A part of the name of a key whose reading has begun, the first part first; only if the shell wants names. */
export declare function nameOf(bytes: usize, size: u32, isFirst: i32): void;
/** A key has been read; only if the shell wants names. The hash of the item lies in the report. */
export declare function keyRead(isEmpty: i32, bucket: u32, elements: f64, volatileFields: f64): void;
/** A key is larger than the threshold; the hash of its name is quoted. @returns the new threshold */
export declare function bigKey(sizeBytes: f64, database: u32, keyType: i32): f64;
/** A function library: its hash lies in the report. */
export declare function library(): void;
/** An item, only if the shell sums them itself: its hash lies in the report. */
export declare function item(kind: i32, expiresAtMs: f64): void;
/** The double that is nearest to the decimal text; NaN if it is not a number. */
export declare function decimal(text: usize, size: u32): f64;
/** Whether keys of this database are to be restored. */
export declare function takesDatabase(database: u32): i32;
/** Whether this key is to be restored; only if the shell asked to be asked. Its expiry is −1 if it has none. */
export declare function takesKey(name: usize, nameBytes: u32, keyType: i32, database: u32, expiry: f64): i32;
/** Commands to be sent, from `bytes` on; what they are lies in COMMANDS. */
export declare function batch(bytes: usize, size: u32, commands: u32): void;
/** A command whose payload is too large to be held: its head, then its tail, lie in OUT, its value in the file. */
export declare function large(
  headBytes: u32,
  tailBytes: u32,
  keyOffset: f64,
  valueOffset: f64,
  valueBytes: f64,
): void;
/**
 * A key that cannot be restored because it, or its name, is too large; or a library, without a name. Its type is the
 * file's own, its expiry −1 if it has none.
 */
export declare function tooBig(
  name: usize,
  nameBytes: u32,
  sizeBytes: f64,
  keyOffset: f64,
  valueOffset: f64,
  valueBytes: f64,
  type: i32,
  database: u32,
  expiry: f64,
): void;
