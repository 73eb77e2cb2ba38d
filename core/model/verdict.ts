/** Whether a recovery point can be trusted. Only a person accepts a suspect one. */
export const VERDICTS = ['verified', 'suspect', 'corrupt'] as const;
export type Verdict = (typeof VERDICTS)[number];
