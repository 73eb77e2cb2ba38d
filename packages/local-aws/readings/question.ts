/** Something that AWS's documentation leaves open. */
export interface Question {
  readonly asks: string;
  /** What the documentation or the output of real calls says about it, with the address. */
  readonly documented: string;
  /** The possible answers, each in a sentence. */
  readonly readings: Readonly<Record<string, string>>;
  /** The one that the local AWS starts with. */
  readonly usual: string;
}

export type Questions = Readonly<Record<string, Question>>;
