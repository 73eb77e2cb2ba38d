import { z } from 'zod';
import type { Commands } from './control.ts';
import type { Started } from './demo.ts';

/** A message that a topic accepted, as `redrill local alerts` shows it. */
export interface ShownAlert {
  /** Counts from 1, in the order of publication. */
  readonly number: number;
  readonly at: string;
  readonly region: string;
  /** `alarm` for what CloudWatch published itself. */
  readonly severity: string;
  readonly code: string | null;
  readonly cache: string | null;
  readonly subject: string;
  readonly deliveredTo: readonly string[];
  readonly text: string;
}

/** What the commands need of it. */
type Placed = Pick<Started, 'aws' | 'source' | 'vault'>;

/** What a `redrill local …` of another terminal can ask of the local AWS that is up. */
export function commandsOf(demo: Placed, stop: () => void): Commands {
  const { aws, source, vault } = demo;
  return {
    advance: async (given) => {
      await aws.clock.run({ until: aws.clock.now() + z.number().parse(given) * 1000 });
      return new Date(aws.clock.now()).toISOString();
    },
    alerts: async () => alertsOf(demo),
    'fail-node': async (given) => {
      const { cache, node } = z.object({ cache: z.string(), node: z.string().optional() }).parse(given);
      await aws.elasticache.failNode({ ...source, name: cache }, node);
      return nodesOf(demo, cache);
    },
    region: async (given) => {
      const { region, down } = z.object({ region: z.string(), down: z.boolean() }).parse(given);
      if (region !== source.region && region !== vault.region)
        throw new Error(`nothing is deployed in '${region}'; use ${source.region} or ${vault.region}`);
      aws.fabric.setRegionDown(region, down);
      return null;
    },
    down: async () => stop(),
  };
}

function alertsOf({ aws }: Placed): readonly ShownAlert[] {
  return aws.sns.messages.map(({ at, region, subject = '', message, attributes, deliveredTo }, index) => ({
    number: index + 1,
    at: new Date(at).toISOString(),
    region,
    severity: attributes.severity ?? 'alarm',
    code: attributes.code ?? null,
    cache: attributes.cache ?? null,
    subject,
    deliveredTo,
    text: message,
  }));
}

function nodesOf({ aws, source }: Placed, cache: string): readonly string[] {
  return aws.elasticache
    .nodesOf(source.account, source.region, cache)
    .map(
      ({ cacheClusterId, role, server }) => `${cacheClusterId}  ${role}  ${server.running ? 'up' : 'down'}`,
    );
}
