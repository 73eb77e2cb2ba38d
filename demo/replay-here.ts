import { administratorOf } from '@redrill/local-aws';
import type { FieldNotes } from '@redrill/local-aws/field-notes';
import { type Difference, differences, replay } from '@redrill/local-aws/field-notes';
import { type DemoOptions, startDemo } from './demo.ts';

/** Replays field notes against the stacks, deployed into a local AWS of its own whose clock starts when the notes do. */
export async function differencesHere(
  notes: FieldNotes,
  assembly: string,
  options: Omit<DemoOptions, 'startsAt'>,
): Promise<readonly Difference[]> {
  const demo = await startDemo(assembly, { ...options, startsAt: Date.parse(notes.startedAt) });
  const { aws, source, vault } = demo;
  try {
    aws.scheduler.start();
    const here = await replay(notes, {
      accounts: [source.account, vault.account],
      regions: [source.region, vault.region],
      now: () => aws.clock.now(),
      passUntil: async (until) => {
        if (until > aws.clock.now()) await aws.clock.run({ until });
      },
      call: (request) => {
        const { account } = request.region === vault.region ? vault : source;
        return aws.fabric.call({ ...request, principal: administratorOf(account) });
      },
    });
    return differences(notes, here);
  } finally {
    await demo.close();
  }
}
