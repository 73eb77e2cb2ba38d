import { MINUTE_MS } from '../../core/model/time.ts';
import type { PortCall } from '../active-faults.ts';
import type { Random } from '../random.ts';
import { type FaultKind, faultKind, isReading } from './kind.ts';

/** Faults of calls: what AWS answers, what gets lost on the way, and Lambdas that die. */

const sometimes = (random: Random, share: number, code: 'AwsThrottled' | 'AwsUnavailable') =>
  random.chance(share) ? { code } : undefined;

const BEFORE = (call: PortCall) => call.when === 'before';
const AWS = (call: PortCall) =>
  call.port !== 'heartbeat' && call.port !== 'restored' && call.port !== 'redis';

/** Restored clusters are asked by Redis' own protocol, which has none of these answers. */
export const CALL_FAULTS: readonly FaultKind[] = [
  faultKind(
    {
      name: 'throttled',
      says: 'every fourth call is throttled',
      hours: [1, 4],
      effects: ['watch', 'drills', 'answers'],
      everywhere: true,
    },
    (_cache, random) => ({
      onCall: (call) => (BEFORE(call) && AWS(call) ? sometimes(random, 0.25, 'AwsThrottled') : undefined),
    }),
  ),
  faultKind(
    {
      name: 'lost replies',
      says: 'AWS executes a call, and its answer is lost',
      hours: [1, 8],
      effects: ['watch', 'drills', 'answers'],
      everywhere: true,
    },
    (_cache, random) => ({
      onCall: (call) =>
        call.when === 'after' && AWS(call) && !isReading(call.operation)
          ? sometimes(random, 0.3, 'AwsUnavailable')
          : undefined,
    }),
  ),
  faultKind(
    {
      name: 'crashes before calls',
      says: 'a Lambda is killed before a call to a service',
      hours: [1, 8],
      effects: ['watch', 'drills', 'answers'],
      everywhere: true,
    },
    (_cache, random) => ({
      onCall: (call) => (BEFORE(call) && random.chance(0.05) ? 'crash' : undefined),
    }),
  ),
  faultKind(
    {
      name: 'crashes after calls',
      says: 'a Lambda is killed after a call took effect',
      hours: [1, 8],
      effects: ['watch', 'drills', 'answers'],
      everywhere: true,
    },
    (_cache, random) => ({
      onCall: (call) => (!BEFORE(call) && random.chance(0.05) ? 'crash' : undefined),
    }),
  ),
  faultKind(
    {
      name: 'one crash at one call',
      says: 'each Lambda that works for the cache is killed once, before or after its nth call',
      hours: [6, 30],
      effects: ['watch', 'drills', 'answers'],
      everywhere: false,
    },
    ({ shape }, random) => {
      const struck = new Set<string>();
      const number = random.between(1, 9);
      const when = random.pick(['before', 'after'] as const);
      return {
        onCall: (call) => {
          if (call.cache !== shape.cache || call.number !== number || call.when !== when) return undefined;
          if (struck.has(call.lambda)) return undefined;
          struck.add(call.lambda);
          return 'crash';
        },
      };
    },
  ),
  faultKind(
    {
      name: 'Lambda throttled',
      says: 'Lambda accepts only every third invocation',
      hours: [1, 3],
      effects: ['watch', 'drills'],
      everywhere: true,
    },
    (_cache, random) => ({
      onInvoke: () => (random.chance(0.66) ? 'Lambda.TooManyRequestsException' : undefined),
    }),
  ),
  faultKind(
    {
      name: 'out of memory',
      says: 'a step’s Lambda is killed in every invocation',
      hours: [2, 10],
      effects: ['watch', 'drills'],
      everywhere: true,
    },
    (_cache, random) => {
      const victim = random.pick([
        'verify-shard',
        'copy-shard',
        'admit-recovery-point',
        'seal-export',
        'record-drill',
      ]);
      return { onInvoke: (lambda) => (lambda === victim ? 'Runtime.OutOfMemory' : undefined) };
    },
  ),
  faultKind(
    {
      name: 'source region down',
      says: 'nothing of the source region answers or runs',
      hours: [1, 90],
      effects: [],
      everywhere: true,
    },
    () => ({
      onInvoke: (_lambda, region) => (region === 'source' ? 'Lambda.ServiceException' : undefined),
      onCall: (call) =>
        call.port === 'elasticache' || call.port === 'landing' || reachesLanding(call)
          ? { code: 'AwsUnavailable' }
          : undefined,
    }),
  ),
  faultKind(
    {
      name: 'vault region down',
      says: 'nothing of the vault region answers or runs',
      hours: [1, 60],
      effects: ['watch', 'drills', 'answers'],
      everywhere: true,
    },
    () => ({
      onInvoke: (_lambda, region) => (region === 'vault' ? 'Lambda.ServiceException' : undefined),
      onCall: (call) => (call.region === 'vault' ? { code: 'AwsUnavailable' } : undefined),
    }),
  ),
  faultKind(
    {
      name: 'vault key disabled',
      says: 'KMS refuses the use of the vault’s key, so S3 refuses requests for its objects',
      hours: [1, 48],
      effects: ['watch', 'drills'],
      everywhere: true,
    },
    () => ({
      onCall: (call) =>
        BEFORE(call) && (call.port === 'copier' || (call.port === 'vault' && touchesBytes(call.operation)))
          ? { code: 'RefusedByAws' }
          : undefined,
    }),
  ),
  faultKind(
    {
      name: 'export grant removed',
      says: 'ElastiCache may not write to the landing bucket any more',
      hours: [4, 30],
      effects: [],
      everywhere: true,
    },
    () => ({
      onCall: (call) =>
        BEFORE(call) && call.operation === 'exportSnapshot' ? { code: 'RefusedByAws' } : undefined,
    }),
  ),
  faultKind(
    {
      name: 'landing denied',
      says: 'the vault’s roles may not read the landing bucket any more',
      hours: [4, 60],
      effects: [],
      everywhere: true,
    },
    () => ({
      onCall: (call) =>
        BEFORE(call) && call.region === 'vault' && (call.port === 'landing' || reachesLanding(call))
          ? { code: 'AccessDenied' }
          : undefined,
    }),
  ),
  faultKind(
    {
      name: 'topic gone',
      says: 'SNS accepts no message',
      hours: [1, 48],
      effects: ['watch', 'drills'],
      everywhere: true,
    },
    () => ({ onCall: (call) => (BEFORE(call) && call.port === 'alerts' ? { code: 'NotFound' } : undefined) }),
  ),
  faultKind(
    {
      name: 'alerts throttled',
      says: 'SNS throttles every second message',
      hours: [4, 48],
      effects: ['watch', 'drills'],
      everywhere: true,
    },
    (_cache, random) => ({
      onCall: (call) =>
        BEFORE(call) && call.port === 'alerts' ? sometimes(random, 0.5, 'AwsThrottled') : undefined,
    }),
  ),
  faultKind(
    {
      name: 'heartbeat endpoint dead',
      says: 'the heartbeat monitor does not answer',
      hours: [1, 48],
      effects: [],
      everywhere: true,
    },
    () => ({
      onCall: (call) => (BEFORE(call) && call.port === 'heartbeat' ? { code: 'AwsUnavailable' } : undefined),
    }),
  ),
  faultKind(
    {
      name: 'delivered again',
      says: 'every event of a schedule is delivered three times',
      hours: [6, 48],
      effects: [],
      everywhere: true,
    },
    () => ({ onDelivery: () => ({ times: 3 }) }),
  ),
  faultKind(
    {
      name: 'delivered late',
      says: 'events of a schedule are delivered up to 26 hours late',
      hours: [12, 48],
      effects: ['watch', 'drills'],
      everywhere: true,
    },
    (_cache, random) => ({
      onDelivery: (_schedule, region) =>
        region === 'source' && random.chance(0.5)
          ? { delayMs: random.between(1, 26 * 60) * MINUTE_MS }
          : undefined,
    }),
  ),
  faultKind(
    {
      name: 'backups unscheduled',
      says: 'the backup schedules do not exist, for up to ten weeks',
      hours: [24, 1680],
      effects: [],
      everywhere: true,
    },
    () => ({ onDelivery: (schedule) => (schedule.includes('-backup-') ? 'lost' : undefined) }),
  ),
  faultKind(
    {
      name: 'ingest unscheduled',
      says: 'find-exports is not invoked, for up to five days',
      hours: [12, 120],
      effects: [],
      everywhere: true,
    },
    () => ({ onDelivery: (schedule) => (schedule.includes('find-exports') ? 'lost' : undefined) }),
  ),
];

/** Stages too, but from within the vault region. */
function reachesLanding({ port, lambda }: PortCall): boolean {
  return port === 'copier' && lambda === 'copy-shard';
}

function touchesBytes(operation: string): boolean {
  return operation === 'read' || operation === 'write' || operation === 'stream';
}
