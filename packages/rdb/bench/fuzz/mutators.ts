/** The ways in which files get damaged, by accident and on purpose. */

import { Crc64 } from '../../index.ts';
import { joined } from '../../joined.ts';
import { pick, type Random } from './random.ts';

/** @param others sound files to take pieces from */
type Damage = (sound: Uint8Array, random: Random, others: readonly Uint8Array[]) => Uint8Array;

/** `REDIS` and four digits. */
export const HEADER_BYTES = 9;
export const CHECKSUM_BYTES = 8;

/** The file with the checksum that its content has. */
export function checksummed(content: Uint8Array): Uint8Array {
  if (content.length < HEADER_BYTES + CHECKSUM_BYTES) return content;
  const end = content.length - CHECKSUM_BYTES;
  const crc = new Crc64('jones');
  crc.update(content.subarray(0, end));
  new DataView(content.buffer, content.byteOffset + end).setBigUint64(0, crc.digest(), true);
  return content;
}

/** Puts bytes over others, behind the header. */
function overwritten(sound: Uint8Array, bytes: readonly number[], random: Random): Uint8Array {
  const content = sound.slice();
  const room = content.length - HEADER_BYTES - bytes.length;
  if (room > 0) content.set(bytes, HEADER_BYTES + random(room));
  return content;
}

/** A piece of a file, behind its header and before its checksum. */
function pieceOf(file: Uint8Array, random: Random): Uint8Array {
  const end = file.length - CHECKSUM_BYTES;
  const from = HEADER_BYTES + random(end - HEADER_BYTES);
  return file.subarray(from, Math.min(end, from + 1 + random(64)));
}

const LENGTHS: readonly (readonly number[])[] = [
  [0x81, 0, 0, 0, 64, 0, 0, 0, 0],
  [0x81, 255, 255, 255, 255, 255, 255, 255, 255],
  [0x81, 0x7f, 255, 255, 255, 255, 255, 255, 255],
  [0x80, 127, 255, 255, 255],
  [0x80, 255, 255, 255, 255],
  [0x7f, 255],
];
/** LZF headers that promise far more than they hold. */
const LZF_BOMBS: readonly (readonly number[])[] = [
  [0xc3, 0x41, 0, 0x80, 0, 0, 88, 0, 0, 97, 0xe0, 255, 0],
  [0xc3, 3, 0x80, 0, 0, 1, 8, 0xe0, 255, 0],
  [0xc3, 0x80, 1, 0, 0, 0, 0x80, 88, 0, 0, 0, 0, 97],
  [0xc3, 9, 0x80, 0x3f, 255, 255, 255, 0, 97, 0xe0, 255, 0, 0xe0, 255, 0],
];
/** Ends of ranges, as one to eight bytes of either order. */
const EXTREMES: readonly (readonly number[])[] = [
  [0],
  [0xff],
  [0x7f],
  [0x80],
  [0xff, 0xff],
  [0xff, 0x7f],
  [0, 0, 0, 0x80],
  [0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0x7f],
  [0, 0, 0, 0, 0, 0, 0, 0x80],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
];
const HEADERS: readonly string[] = [
  ...['REDIS0000', 'REDIS0001', 'REDIS0004', 'REDIS0009', 'REDIS0011', 'REDIS0012', 'REDIS0013', 'REDIS0080'],
  ...['REDIS9999', 'VALKEY080', 'VALKEY081', 'VALKEY011', 'REDIS 010', 'REDIS-001', 'redis0010'],
];
const encoder = new TextEncoder();

export const DAMAGES = {
  'bit flips': (sound, random) => {
    const content = sound.slice();
    for (let flips = 1 + random(3); flips > 0; flips--) {
      const at = random(content.length);
      content[at] = (content[at] ?? 0) ^ (1 << random(8));
    }
    return content;
  },
  'a random byte': (sound, random) => overwritten(sound, [random(256)], random),
  'a byte one off': (sound, random) => {
    const content = sound.slice();
    const at = HEADER_BYTES + random(content.length - HEADER_BYTES);
    content[at] = (content[at] ?? 0) + (random(2) ? 1 : -1);
    return content;
  },
  'an extreme integer': (sound, random) => overwritten(sound, pick(EXTREMES, random), random),
  'a length bomb': (sound, random) => overwritten(sound, pick(LENGTHS, random), random),
  'an LZF bomb': (sound, random) => overwritten(sound, pick(LZF_BOMBS, random), random),
  truncation: (sound, random) => sound.slice(0, random(sound.length)),
  'a piece removed': (sound, random) => {
    const from = random(sound.length);
    return joined([sound.subarray(0, from), sound.subarray(from + 1 + random(32))]);
  },
  'a piece of another file inserted': (sound, random, others) => {
    const at = HEADER_BYTES + random(sound.length - HEADER_BYTES);
    return joined([sound.subarray(0, at), pieceOf(pick(others, random), random), sound.subarray(at)]);
  },
  'the end of another file': (sound, random, others) => {
    const other = pick(others, random);
    return joined([sound.subarray(0, random(sound.length)), other.subarray(random(other.length))]);
  },
  'pieces swapped': (sound, random) => {
    const cuts = [random(sound.length), random(sound.length), random(sound.length)].sort((a, b) => a - b);
    const [a = 0, b = 0, c = 0] = cuts;
    return joined([sound.subarray(0, a), sound.subarray(b, c), sound.subarray(a, b), sound.subarray(c)]);
  },
  'another header': (sound, random) => {
    const content = sound.slice();
    content.set(encoder.encode(pick(HEADERS, random)));
    return content;
  },
  noise: (sound, random) => {
    const noise = Uint8Array.from({ length: random(200) }, () => random(256));
    // Behind the beginning of a key, or all noise would end at a type that there is not.
    return joined([sound.subarray(0, HEADER_BYTES), [random(26), 1, 97], noise]);
  },
} as const satisfies Readonly<Record<string, Damage>>;

const havoc: Damage = (sound, random, others) => {
  let content = sound;
  for (let more = 2 + random(5); more > 0 && content.length > HEADER_BYTES + CHECKSUM_BYTES; more--)
    content = pick(Object.values<Damage>(DAMAGES), random)(content, random, others);
  return content;
};

const withFooter = (sound: Uint8Array, footer: (old: number, at: number) => number): Uint8Array => {
  const content = sound.slice();
  for (let at = content.length - CHECKSUM_BYTES; at < content.length; at++)
    content[at] = footer(content[at] ?? 0, at);
  return content;
};

/** What becomes of whole files and of the checksum itself. */
const WHOLE = {
  'nothing (the control)': (sound) => sound,
  'another file behind it': (sound, random, others) => joined([sound, pick(others, random)]),
  'bytes behind it': (sound, random) =>
    joined([sound, Uint8Array.from({ length: 1 + random(16) }, () => random(256))]),
  'a broken checksum': (sound, random) => {
    const broken = random(CHECKSUM_BYTES);
    return withFooter(sound, (old, at) => (at === sound.length - 1 - broken ? old ^ (1 + random(255)) : old));
  },
  'a random checksum': (sound, random) => withFooter(sound, () => random(256)),
  'no checksum (zeroes)': (sound) => withFooter(sound, () => 0),
  'no checksum, and bit flips': (sound, random) => withFooter(DAMAGES['bit flips'](sound, random), () => 0),
} as const satisfies Readonly<Record<string, Damage>>;

const damages: readonly (readonly [string, Damage])[] = [
  ...Object.entries<Damage>(DAMAGES),
  ['several of these', havoc],
];

/** By name: each kind of damage as it is, and with a checksum that covers it up; then damage to the checksum itself. */
export const MUTATORS: ReadonlyMap<string, Damage> = new Map<string, Damage>([
  ...damages,
  ...damages.map(([name, damage]): [string, Damage] => [
    `${name}, checksum put right`,
    (sound, random, others) => checksummed(damage(sound, random, others).slice()),
  ]),
  ...Object.entries<Damage>(WHOLE),
]);
