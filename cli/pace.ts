/** How often a command that waits for AWS looks again, ms: AWS's API allows more, and people notice no less. Tests wait for a local AWS. */
export const LOOK_EVERY_MS = Number(process.env.REDRILL_LOOK_EVERY_MS) || 3_000;
