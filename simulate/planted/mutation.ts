/** A bug that somebody could make, as a change of one place in the product. */
export interface Mutation {
  readonly name: string;
  /** From the root of the project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Kinds of fault that bring it out soonest. @default all */
  readonly under?: readonly string[];
  /** Answers of AWS that bring it out; under the usual ones nobody would notice. @default the usual ones */
  readonly readings?: Readonly<Record<string, string>>;
  /** Days that it takes to come out. @default what the other bugs take */
  readonly days?: number;
}
