/** Why the reader and a server say different things of a file. What is not explained here is a fault of the reader. */
import type { Verdict } from '../fuzz/verdict.ts';
import type { Engine } from './server.ts';

export interface Disagreement {
  /** Who disagrees with the reader. */
  readonly who: 'checker' | 'server';
  /** What they do with what the reader takes the other way; `differs`: both accept it, as another content. */
  readonly they: 'accept' | 'refuse' | 'differ';
  readonly ours: Pick<Verdict, 'outcome' | 'said'>;
  readonly said: string;
  /** Where the server is not Redis 7.0. */
  readonly engine?: Engine;
}

interface Explanation {
  readonly they: Disagreement['they'];
  /** Of one of the two only. */
  readonly who?: Disagreement['who'];
  /** What they said, if they refuse; otherwise what the reader said. */
  readonly said: RegExp;
  /** Of Redis before this version only. */
  readonly before?: number;
  readonly because: string;
}

export const EXPLANATIONS: readonly Explanation[] = [
  {
    they: 'accept',
    said: /^TrailingBytes/,
    because: 'They stop at the checksum. What follows it is not what was saved, so the reader refuses it.',
  },
  {
    they: 'accept',
    said: /^BadMagic .*found "REDIS/,
    because: 'They read the version with atoi, which skips blanks and takes a sign. No server writes those.',
  },
  {
    they: 'accept',
    said: /^BadScore .*expected a number/,
    because:
      'They read scores of packed sorted sets with strtod, which takes what looks like a number and ignores the rest.',
  },
  {
    they: 'accept',
    said: /^BadStream .*expected (no|an) ID after/,
    because:
      'They trust that IDs of a stream ascend up to its last one. Commands would not find entries out of order.',
  },
  {
    they: 'accept',
    said: /^BadLength .*found string encoding/,
    because: 'They take the number of a string encoding for a length where there can be no string.',
  },
  {
    they: 'accept',
    who: 'checker',
    said: /^BadModule .*expected a part of a module value/,
    because: 'The checker passes over parts of a kind that there is not.',
  },
  {
    they: 'accept',
    said: /^Bad(Zipmap|Ziplist|Listpack|Intset|Quicklist|Stream|Hash|Score) /,
    before: 6.2,
    because: 'Redis before 6.2 does not check the inside of values when it loads them.',
  },
  {
    they: 'differ',
    said: /^\d+ empty/,
    before: 6.2,
    because: 'Redis before 6.2 keeps empty collections. Later servers drop them when they load a file.',
  },
  {
    they: 'refuse',
    who: 'server',
    said: /module data I can't load|AUX module data|RDB module value/,
    because: 'The server does not have the module. The reader skips its values by their framing.',
  },
  {
    they: 'refuse',
    who: 'server',
    said: /Failed loading library|Failed to load function|function load/i,
    because: 'The server compiles function libraries and knows their names. To the reader they are text.',
  },
  {
    they: 'refuse',
    who: 'server',
    said: /Stream length inconsistent with the number of valid entries/,
    because:
      'Betas of Redis 5.0 miscounted entries of streams. Only Valkey 9.1 refuses that; the reader warns.',
  },
  {
    they: 'refuse',
    said: /Can't handle RDB format version|Wrong signature/,
    because: 'The file says that it is of a newer version, or of Valkey 9. The reader knows it.',
  },
];

/** @returns undefined if nothing explains it */
export function explanationOf(disagreement: Disagreement): Explanation | undefined {
  return EXPLANATIONS.find((each) => explains(each, disagreement));
}

function explains(each: Explanation, { who, they, ours, said, engine }: Disagreement): boolean {
  const isOld = engine?.name === 'redis' && engine.version < (each.before ?? Number.POSITIVE_INFINITY);
  return (
    each.they === they &&
    (each.who ?? who) === who &&
    (each.before === undefined || isOld) &&
    each.said.test(they === 'refuse' ? said : ours.said)
  );
}
