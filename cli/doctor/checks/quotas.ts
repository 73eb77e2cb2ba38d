import { inParallel } from '../../../adapters/in-parallel.ts';
import { nameOfPlace } from '../../../core/doctor/findings.ts';
import {
  CACHE_NODES,
  concurrencyFinding,
  nodesFinding,
  VPCS,
  vpcsFinding,
} from '../../../core/doctor/quota-findings.ts';
import type { Check } from '../check.ts';
import { type DoctorGround, protectedCaches, type Side } from '../ground.ts';

export function concurrencyCheck(side: Side, shardsAtOnce: number): Check {
  return {
    id: 'lambda-concurrency',
    subject: nameOfPlace(side),
    needs: 'lambda:GetAccountSettings',
    run: async () => [concurrencyFinding(await side.aws.concurrentExecutions(), shardsAtOnce, side)],
  };
}

/** Nodes for the drills of the configuration's caches, in the vault's region. */
export function nodesCheck(side: Side, ground: DoctorGround): Check {
  return {
    id: 'cache-nodes',
    subject: nameOfPlace(side),
    needs: 'servicequotas:GetServiceQuota, GetAWSDefaultServiceQuota and elasticache:DescribeCacheClusters',
    run: async () => {
      const { service, code } = CACHE_NODES;
      const [quota, used] = await Promise.all([side.aws.quota(service, code), side.aws.cacheNodes()]);
      // A cache that is not there, or whose account these credentials do not see, counts with one shard.
      const shards = await inParallel(
        protectedCaches(ground.config),
        async (cache) => (await ground.cache(cache))?.shards ?? 1,
      );
      const drills = shards.reduce((sum, each) => sum + each, 0);
      return [nodesFinding({ place: side, quota, used, drills })];
    },
  };
}

/** Before a deployment that makes a VPC. */
export function vpcsCheck(side: Side, ground: DoctorGround): Check {
  return {
    id: 'vpcs',
    subject: nameOfPlace(side),
    needs: 'servicequotas:GetServiceQuota and GetAWSDefaultServiceQuota',
    run: async () => {
      const planned = await ground.planned(side);
      if (!planned.some(({ type }) => type === 'AWS::EC2::VPC')) return [];
      return [vpcsFinding(await side.aws.quota(VPCS.service, VPCS.code), side)];
    },
  };
}
