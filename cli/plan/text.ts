import { readableSeconds } from '../../core/model/duration.ts';
import { TIERS } from '../../core/model/tier.ts';
import { counted, usdText } from '../terminal/figures.ts';
import { labelled } from '../terminal/page.ts';
import { isOfServers, type PlanMeaning, type PlanOutput } from './contract.ts';

/** What a configuration comes to, plan by plan, for people. */
export function planText({ assumed, plans, unprotected, fixedCosts, usdPerMonth }: PlanOutput): string {
  const caches = plans.reduce((sum, each) => sum + each.caches.length, 0);
  const servers = plans.reduce((sum, each) => sum + each.servers.length, 0);
  const named = `${counted(caches, 'cache')}${servers === 0 ? '' : ` and ${counted(servers, 'server')}`}`;
  const fixed = fixedCosts.reduce((sum, { usd }) => sum + usd, 0);
  return [
    `Assumed: a backup of ${assumed.gb} GB in ${counted(assumed.shards, 'shard')} (--gb, --shards); prices of ${assumed.pricesOf}.`,
    ...plans.flatMap((plan) => ['', ...planLines(plan)]),
    ...unprotected.map(
      ({ plan, because, caches: on }) => `\n${plan}${onIt(on)}: protects nothing: ${because}`,
    ),
    '',
    `${usdText(usdPerMonth)} a month: ${named} named in the configuration, and ${usdText(fixed)} once.`,
    'Caches with the tag redrill:plan are not included. docs/cost.md explains the figures.',
  ].join('\n');
}

function planLines(plan: PlanMeaning): readonly string[] {
  const { backups, drills, storageGb, problems } = plan;
  const left = backups.snapshotQuota - backups.snapshotsPerNodePerDay;
  return [
    `${plan.plan}${onIt([...plan.caches, ...plan.servers])}`,
    ...labelled([
      [
        'backups',
        isOfServers(plan)
          ? `${backups.slotsPerDay} a day`
          : `${backups.slotsPerDay} a day; ${backups.snapshotsPerNodePerDay} of ${backups.snapshotQuota} manual snapshots a node, ${left} left to you`,
      ],
      ...copyRows(plan),
      [
        'storage',
        `${gb(storageGb.vault)} in the vault, ${gb(storageGb.landing)} landing` +
          (isOfServers(plan) ? '' : `, ${gb(storageGb.snapshots)} of snapshots`) +
          (storageGb.archive === 0 ? '' : `, ${gb(storageGb.archive)} archived after two years`),
      ],
      ['RPO', objective(plan.rpo)],
      [
        'RTO',
        `${objective(plan.rto)}; drilled ${drills.schedule} on ${drills.nodeType}${serverlessText(drills)}`,
      ],
      ['money', `${moneyText(plan)}${serverlessMoney(drills)}`],
      ...problems.map((problem) => ['PROBLEM', problem] as const),
    ]),
  ];
}

function moneyText({ usdPerServerAndMonth: ofServer, ...plan }: PlanMeaning): string {
  const server = ofServer === undefined ? [] : [`${usdText(ofServer)} a month and server`];
  const cache = isOfServers(plan) ? [] : [`${usdText(plan.usdPerCacheAndMonth)} a month and cache`];
  return [...cache, ...server].join(', ');
}

function serverlessText({ serverless }: PlanMeaning['drills']): string {
  return serverless === undefined ? '' : `, serverless caches in one of up to ${serverless.storageGb} GB`;
}

/** Nodes count as well, because a drill continues on them where no serverless cache can be made. */
function serverlessMoney({ serverless }: PlanMeaning['drills']): string {
  if (serverless === undefined) return '';
  return `; the drills of a serverless cache cost at most ${usdText(serverless.usdAtMost)} more`;
}

function copyRows({ copies, minimumRedundancy }: PlanMeaning): readonly (readonly [string, string])[] {
  const tiers = TIERS.map(
    (tier) => `${tier} ${count(copies[tier].standard + copies[tier].archived)} (${copies[tier].kept})`,
  );
  return [['copies', `${tiers.join(', ')}; never fewer than ${minimumRedundancy} verified`]];
}

function objective({ targetSeconds, achievableSeconds, met }: PlanMeaning['rpo']): string {
  return `${readableSeconds(achievableSeconds)} achievable, ${met ? 'of' : 'MORE than the'} ${readableSeconds(targetSeconds)} allowed`;
}

const onIt = (caches: readonly string[]) => (caches.length === 0 ? '' : ` (${caches.join(', ')})`);
const count = (copies: number) => copies.toLocaleString('en', { maximumFractionDigits: copies < 10 ? 1 : 0 });
const gb = (value: number) =>
  `${value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 })} GB`;
