/** The files of a fuzz run: each is made from its seed and number alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { OPCODE_SAMPLES, type Sample, sampleFiles, TYPE_SAMPLES } from '../../fixtures/encodings.ts';
import { Opcode } from '../../format.ts';
import { bytes, file, len } from '../../testing/build.ts';
import { MUTATORS } from './mutators.ts';
import { pick, type Random, randomOf } from './random.ts';

const FIXTURES = new URL('../../fixtures/', import.meta.url);
/** One file in so many is damaged from a server's file, which takes longer; the others from files of a few values. */
const SERVER_FILE_EVERY = 20;

export interface FuzzFile {
  readonly number: number;
  readonly mutator: string;
  readonly content: Uint8Array;
  /** Whether the damage happened to change nothing. */
  readonly isUnchanged: boolean;
  /** Goes on with the sequence that made the content. */
  readonly random: Random;
}

/** The sound files that are damaged. */
export interface Sources {
  readonly small: readonly Uint8Array[];
  readonly fromServers: readonly Uint8Array[];
}

/** The samples have the same few names. */
const inOwnDatabase = ({ content }: Sample, index: number): Uint8Array =>
  bytes([Opcode.selectDatabase], len(1000 + index), content);

/** @param accepts which headers there are to be */
export function sources(accepts: (header: string) => boolean = () => true): Sources {
  const samples: readonly Sample[] = [OPCODE_SAMPLES, TYPE_SAMPLES]
    .flatMap((all) => Object.values(all))
    .flat();
  const all = (header: string, holds = header) =>
    file(header, ...samples.filter((sample) => sample.header === holds).map(inOwnDatabase));
  const small = [
    ...sampleFiles(),
    ...[all('REDIS0010'), all('REDIS0011', 'REDIS0010'), all('REDIS0012'), all('VALKEY080')],
  ];
  const fromServers = readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.rdb'))
    .sort()
    .map((name) => new Uint8Array(readFileSync(new URL(name, FIXTURES))));
  const isAccepted = (content: Uint8Array) => accepts(new TextDecoder().decode(content.subarray(0, 9)));
  return { small: small.filter(isAccepted), fromServers: fromServers.filter(isAccepted) };
}

const names = [...MUTATORS.keys()];

/** The file of a number; every mutator has its turn. */
export function fileOf(seed: number, number: number, { small, fromServers }: Sources): FuzzFile {
  const random = randomOf(seed, number);
  const mutator = names[number % names.length] ?? '';
  const sound = pick(random(SERVER_FILE_EVERY) === 0 ? fromServers : small, random);
  const content = MUTATORS.get(mutator)?.(sound, random, small) ?? sound;
  return { number, mutator, content, isUnchanged: Buffer.compare(content, sound) === 0, random };
}
