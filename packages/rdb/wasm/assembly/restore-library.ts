/** Writes FUNCTION LOAD REPLACE commands. */
import { putLibrary, putLineEnd } from './commands';
import { A_DESCRIPTION, A_LIBRARY_ENGINE, A_LIBRARY_NAME } from './expected';
import { tooBig } from './host';
import { NAMES, SMALL_BYTES } from './layout';
import { tryShort } from './names';
import { addCommand, FILTERED, flushIfFull, mark, TAKEN, TOO_BIG } from './restore';
import { tryInteger } from './source';
import { S } from './state';
import { NOT_THERE, pull, trySkip, tryString, WHOLE } from './strings';

/** A larger library is refused; together with what may stand before it in OUT, this fits. */
const MAX_CODE_BYTES: u64 = 2097152;
/** Where the name waits for the engine, which stands before it in the code. */
const WAITING_NAME: u32 = NAMES + SMALL_BYTES + 64;

const NAME = 0;
const ENGINE = 1;
const HAS_DESCRIPTION = 2;
const DESCRIPTION = 3;
const CODE = 4;

/** Reads a function library. `phase` must begin at 0. */
export function tryRestoredLibrary(isCurrent: bool): bool {
  if (isCurrent && S.phase !== CODE) {
    S.namesEnd = NAMES;
    S.phase = CODE;
  }
  if (S.phase !== CODE && !tryFirstLine()) return false;
  if (S.longKind === 0) {
    const found = tryString();
    if (found === NOT_THERE) return false;
    beginLibrary();
    if (found === WHOLE) {
      takeCode(S.start, S.size);
      endLibrary();
      return true;
    }
  }
  while (pull()) {
    takeCode(S.partAt, S.partEnd - S.partAt);
    S.partAt = S.partEnd;
  }
  if (S.longLeft > 0) return false;
  S.longKind = 0;
  endLibrary();
  return true;
}

/** Redis 7.0 RC: engine and name stood apart from the code; they become its first line, as when a server loads them. */
function tryFirstLine(): bool {
  if (S.phase === NAME) {
    if (!tryShort(A_LIBRARY_NAME)) return false;
    memory.copy(WAITING_NAME, S.start, S.size);
    S.namesEnd = WAITING_NAME + S.size;
    S.phase = ENGINE;
  }
  if (S.phase === ENGINE) {
    if (!tryShort(A_LIBRARY_ENGINE)) return false;
    const nameSize = S.namesEnd - WAITING_NAME;
    store<u16>(NAMES, 0x2123); // "#!"
    memory.copy(NAMES + 2, S.start, S.size);
    store<u64>(NAMES + 2 + S.size, 0x3d656d616e20); // " name="
    const nameAt = NAMES + 8 + S.size;
    memory.copy(nameAt, WAITING_NAME, nameSize);
    store<u8>(nameAt + nameSize, 10);
    S.namesEnd = nameAt + nameSize + 1;
    S.phase = HAS_DESCRIPTION;
  }
  if (S.phase === HAS_DESCRIPTION) {
    if (!tryInteger(A_DESCRIPTION)) return false;
    S.phase = (S.length as u32) !== 0 ? DESCRIPTION : CODE;
  }
  if (S.phase === DESCRIPTION) {
    if (!trySkip()) return false;
    S.phase = CODE;
  }
  return true;
}

function beginLibrary(): void {
  const size = S.stringLength + (S.namesEnd - NAMES);
  S.outcome = S.takesLibraries === 0 ? FILTERED : size > MAX_CODE_BYTES ? TOO_BIG : TAKEN;
  if (S.outcome === TOO_BIG) tooBig(0, 0, size as f64, S.opcodeOffset, 0, 0, 0, 0, -1);
  if (S.outcome !== TAKEN) return;
  S.payloadAt = 0;
  S.outAt = putLibrary(S.outEnd, size) as u32;
  takeCode(NAMES, S.namesEnd - NAMES);
}

function takeCode(from: usize, size: u32): void {
  if (S.outcome !== TAKEN) return;
  memory.copy(S.outAt, from, size);
  S.outAt += size;
}

function endLibrary(): void {
  mark();
  if (S.outcome !== TAKEN) return;
  S.outAt = putLineEnd(S.outAt) as u32;
  S.libraries += 1;
  addCommand(S.opcodeOffset);
  flushIfFull();
}
