/** How long a recovery point is kept; earned by being the first verified one of its month, week or day. */
export const TIERS = ['hourly', 'daily', 'weekly', 'monthly'] as const;
export type Tier = (typeof TIERS)[number];

export const isTier = (name: string | undefined): name is Tier => TIERS.some((tier) => tier === name);
