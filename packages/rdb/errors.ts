/**
 * What an RDB file or DUMP payload can be refused for. The codes are stable: they are stored in verdicts.
 *
 * The `Unsupported…` ones say that this reader does not know the format, not that the bytes are damaged.
 */
export type RdbErrorCode =
  | 'BadMagic'
  | 'UnsupportedVersion'
  | 'UnsupportedType'
  | 'UnsupportedOpcode'
  | 'UnsupportedSize'
  | 'Truncated'
  | 'TrailingBytes'
  | 'BadChecksum'
  | 'BadLength'
  | 'BadOpcode'
  | 'BadString'
  | 'BadLzf'
  | 'BadListpack'
  | 'BadZiplist'
  | 'BadIntset'
  | 'BadZipmap'
  | 'BadQuicklist'
  | 'BadHash'
  | 'BadStream'
  | 'BadModule'
  | 'BadScore'
  | 'BadExpiry'
  | 'DuplicateMember'
  | 'DuplicateKey'
  | 'BadCheckpoint';

/** A refusal. The message says what was expected and what was found, and at which byte of the file. */
export class RdbError extends Error {
  override readonly name = 'RdbError';
  readonly code: RdbErrorCode;
  /** Byte of the file (or payload). Inside compressed values: the first byte of the value. */
  readonly offset: number;
  /** What was expected and what was found, in words. */
  readonly detail: string;
  /** Whether the bytes may be sound and this reader is merely too old for them, or the value too large. */
  readonly unsupported: boolean;

  constructor(code: RdbErrorCode, offset: number, detail: string) {
    super(`${code} at byte ${offset}: ${detail}`);
    this.code = code;
    this.offset = offset;
    this.detail = detail;
    this.unsupported = code.startsWith('Unsupported');
  }
}
