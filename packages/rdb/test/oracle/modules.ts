/** Values of modules: parts, each of a kind, up to an end mark. What the parts mean is known only of vector sets. */
import type { Cursor } from './cursor.ts';
import { counted, element, lp, u32, u64 } from './hashes.ts';
import { damaged } from './refusal.ts';
import type { Content, Value } from './value.ts';

const Kind = { end: 0, signed: 1, unsigned: 2, float: 3, double: 4, string: 5 } as const;

export interface Part {
  readonly kind: number;
  readonly integer?: bigint;
  /** What the digest has of it. */
  readonly content: () => Buffer;
}

/** The id of the type `vectorset` in its only encoding. */
const VECTOR_SET = 13_683_956_169_735_844_864n;
const HAS_MATRIX = 1n;
const HAS_ATTRIBUTES = 2n;
/** In the configuration of a vector set, beside its quantisation: how many links an element has, and what none stands for. */
const LINKS = 0xffff00n;
const DEFAULT_LINKS = 0x1000n;

export function readModule(cursor: Cursor): Value {
  const id = cursor.integer();
  const parts = readParts(cursor);
  const content = () => ({ body: Buffer.concat([u64(id), partsOf(parts)]), elements: 0 });
  return { isEmpty: false, content: id === VECTOR_SET ? () => vectorSetOf(parts) : content };
}

export function readParts(cursor: Cursor): readonly Part[] {
  const parts: Part[] = [];
  for (;;) {
    const kind = Number(cursor.integer());
    if (kind === Kind.end) return parts;
    parts.push({ kind, ...readPart(kind, cursor) });
  }
}

function readPart(kind: number, cursor: Cursor): Omit<Part, 'kind'> {
  if (kind === Kind.signed || kind === Kind.unsigned) {
    const integer = cursor.integer();
    return { integer, content: () => u64(integer) };
  }
  if (kind === Kind.float || kind === Kind.double) {
    const raw = cursor.take(kind === Kind.float ? 4 : 8);
    return { content: () => raw };
  }
  const text = kind === Kind.string ? cursor.text() : damaged(`part ${kind} of a module's value`);
  return { content: () => lp(text.bytes()) };
}

/** The parts as the digest has them. */
export const partsOf = (parts: readonly Part[]): Buffer =>
  Buffer.concat([...parts.flatMap(({ kind, content }) => [u32(kind), content()]), u32(Kind.end)]);

/** The elements in any order, without the graph between them. */
function vectorSetOf(parts: readonly Part[]): Content {
  const left = [...parts].reverse();
  const next = (kind: number): Part => {
    const part = left.pop();
    return part?.kind === kind ? part : damaged(`a vector set without part ${kind}`);
  };
  const integer = (): bigint => next(Kind.unsigned).integer ?? 0n;
  const text = (): Buffer => next(Kind.string).content();
  const [dimensions, count, configuration, flags] = [integer(), integer(), integer(), integer()];
  const matrix = flags & HAS_MATRIX ? [u64(1), u64(integer()), text()] : [u64(0)];
  const hashes: bigint[] = [];
  for (let number = 0n; number < count; number++) {
    const message = [text(), flags & HAS_ATTRIBUTES ? text() : lp(''), text()];
    let last: Buffer[] = [];
    for (let parameters = integer(); parameters > 0n; parameters--) last = [u64(integer())];
    hashes.push(element(...message, ...last));
  }
  if (left.length > 0) damaged('a vector set that goes on');
  const links = configuration & LINKS ? configuration : configuration | DEFAULT_LINKS;
  const body = [u64(VECTOR_SET), u64(dimensions), u64(links), ...matrix, counted(hashes)];
  return { body: Buffer.concat(body), elements: hashes.length };
}
