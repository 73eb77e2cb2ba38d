import type { Finding } from '../../contracts/doctor.ts';
import { advice, type DoctorPlace, nameOfPlace, ok, problem } from './findings.ts';

/** The watch, and one more function that a schedule starts, run beside copies and drills. */
const BESIDE = 2;

/**
 * Whether the watch can run while one cache is copied and another one drilled. A new account has ten executions at once.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (checked 2026-11-23)
 */
export function concurrencyFinding(executions: number, shardsAtOnce: number, place: DoctorPlace): Finding {
  const subject = nameOfPlace(place);
  const needed = 2 * shardsAtOnce + BESIDE;
  if (executions >= needed)
    return ok({ id: 'lambda-concurrency', subject, text: `Lambda runs ${executions} functions at once.` });
  return problem({
    id: 'lambda-concurrency-low',
    subject,
    text: `The account runs at most ${executions} Lambda functions at once in ${place.region}, and an ingest and a drill of ${shardsAtOnce} shards each need ${needed} with the watch: the watch may not run.`,
    next: [
      `aws service-quotas request-service-quota-increase --region ${place.region} --service-code lambda --quota-code L-B99A9384 --desired-value 1000`,
    ],
  });
}

/** AWS lists no node types of a region; that it sells reservations of one shows that it has it. */
export function nodeTypeFinding(nodeType: string, isReservable: boolean, region: string): Finding {
  if (isReservable)
    return ok({
      id: 'node-type',
      subject: nodeType,
      text: `${region} offers ${nodeType}, which drills use.`,
    });
  return advice({
    id: 'node-type-unproven',
    subject: nodeType,
    text: `AWS sells no reservations of ${nodeType} in ${region}, so it may not have the node type that drills use. Only a drill shows it.`,
    next: ['npx redrill doctor --rehearse, and redrill drill of a cache on the plan'],
  });
}
