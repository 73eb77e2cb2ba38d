import * as z from 'zod';

/** What a check of `redrill doctor` found. A check that could not be made is `unknown`, and never `ok`. */
export const finding = z.strictObject({
  /** What was found, or which check found nothing wrong: stable, part of the JSON contract. */
  id: z.string(),
  state: z.enum(['problem', 'unknown', 'advice', 'ok']),
  /** What was checked: a cache, a role, a bucket, an account and region. */
  subject: z.string(),
  text: z.string(),
  /** What to type next. */
  next: z.array(z.string()),
});
export type Finding = Readonly<z.output<typeof finding>>;
