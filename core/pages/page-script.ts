/** A script of this repository that runs in a page; none of its text is from outside. */
export interface PageScript {
  readonly text: string;
  /** Base64 of the SHA-256 of the text: the page's policy lets nothing run that has another one. */
  readonly sha256: string;
}
