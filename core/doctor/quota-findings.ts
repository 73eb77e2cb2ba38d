import type { Finding } from '../contracts/doctor.ts';
import type { Quota } from '../ports/doctor.ts';
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
    next: [increase(LAMBDA_EXECUTIONS, place, 1_000)],
  });
}

/** A quota of Service Quotas. AWS publishes no list of the codes, so that the name which comes with the value has to agree. */
export interface QuotaCode {
  readonly service: string;
  readonly code: string;
  readonly name: string;
}

const LAMBDA_EXECUTIONS: QuotaCode = {
  service: 'lambda',
  code: 'L-B99A9384',
  name: 'Concurrent executions',
};
export const CACHE_NODES: QuotaCode = {
  service: 'elasticache',
  code: 'L-DFE45DF3',
  name: 'Nodes per Region',
};
export const VPCS: QuotaCode = { service: 'vpc', code: 'L-F678F1CE', name: 'VPCs per Region' };

const isOf = (quota: Quota | undefined, { name }: QuotaCode): quota is Quota =>
  quota !== undefined && quota.name.toLowerCase() === name.toLowerCase();

const list = ({ service }: QuotaCode, { region }: DoctorPlace): string =>
  `aws service-quotas list-service-quotas --region ${region} --service-code ${service}`;

const increase = ({ service, code }: QuotaCode, { region }: DoctorPlace, value: number): string =>
  `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value ${value}`;

export interface NodesSeen {
  readonly place: DoctorPlace;
  readonly quota: Quota | undefined;
  /** Nodes that the account has in the region. */
  readonly used: number;
  /** Nodes of all drills that can run at once: one for each shard. */
  readonly drills: number;
}

/**
 * Whether ElastiCache gives all drills their nodes at once. The schedules of all plans coincide at 02:30 UTC of a Sunday that
 * is the first of a month. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html (checked 2026-11-23)
 */
export function nodesFinding({ place, quota, used, drills }: NodesSeen): Finding {
  const subject = nameOfPlace(place);
  const needs = `${used} are used, and the drills of all caches at once need ${drills}`;
  if (!isOf(quota, CACHE_NODES))
    return advice({
      id: 'cache-nodes-unread',
      subject,
      text: `Service Quotas does not say how many ElastiCache nodes the account may have in ${place.region}: ${needs}.`,
      next: [list(CACHE_NODES, place)],
    });
  const { value } = quota;
  if (used + drills <= value)
    return ok({ id: 'cache-nodes', subject, text: `ElastiCache allows ${value} nodes: ${needs}.` });
  return problem({
    id: 'cache-nodes-low',
    subject,
    text: `ElastiCache allows the account ${value} nodes in ${place.region}: ${needs}. Drills fail with NodeQuotaForCustomerExceeded.`,
    next: [increase(CACHE_NODES, place, used + drills)],
  });
}

/** The stack makes a VPC for drills. How many there are is not read: it would need EC2's API. */
export function vpcsFinding(quota: Quota | undefined, place: DoctorPlace): Finding {
  const { region } = place;
  const allowed = isOf(quota, VPCS) ? `allows ${quota.value} VPCs in ${region}` : 'does not say how many';
  return advice({
    id: 'vpcs-unread',
    subject: nameOfPlace(place),
    text: `The stack creates a VPC in ${region}. Service Quotas ${allowed}; doctor does not count the existing ones.`,
    next: [
      `aws ec2 describe-vpcs --region ${region} --query 'length(Vpcs)'`,
      isOf(quota, VPCS)
        ? `If there are ${quota.value}: ${increase(VPCS, place, quota.value + 1)}, or set vault.drillNetwork`
        : list(VPCS, place),
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
