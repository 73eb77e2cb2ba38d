import { type FaultKind, faultKind } from './kind.ts';

/** Faults of time: what takes longer than usual, or longer than one invocation has. */

const isReadingContent = (port: string, operation: string) =>
  (port === 'vault' && operation === 'stream') || (port === 'restored' && operation === 'read');

export const SLOWNESS: readonly FaultKind[] = [
  faultKind(
    {
      name: 'slow calls',
      says: 'calls take up to a minute, so that runs overlap and time out',
      hours: [2, 12],
      effects: ['watch', 'drills', 'answers'],
      everywhere: true,
    },
    (_cache, random) => ({
      onCall: () => (random.chance(0.2) ? { delayMs: random.between(1, 40) * 1000 } : undefined),
      onDelivery: () => ({ times: random.between(1, 3) }),
    }),
  ),
  faultKind(
    {
      name: 'slow reading',
      says: 'files and restored clusters are read so slowly that each invocation has to save its position',
      hours: [12, 190],
      effects: [],
      everywhere: false,
    },
    ({ shape }, random) => ({
      onCall: ({ when, cache, port, operation }) =>
        when === 'before' && cache === shape.cache && isReadingContent(port, operation)
          ? // Of the 15 minutes of such a Lambda, less is left than it keeps for saving.
            { delayMs: random.between(846, 870) * 1000 }
          : undefined,
    }),
  ),
];
