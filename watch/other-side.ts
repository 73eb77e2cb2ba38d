import type { ExpectedSettings } from '../core/contracts/settings.ts';
import { AppError } from '../core/model/errors.ts';
import type { Settings } from '../core/ports.ts';
import type { TopicView } from '../core/watch/alert-path.ts';
import { type Answer, isDown, noticesOfOtherSide, type OtherReport } from '../core/watch/other-side.ts';
import { type LookingWorld, tellNotices } from './tell-notices.ts';

/** The other region, as far as this half can see it. */
export interface OtherSideView {
  /** Which half has its home there. */
  readonly half: 'source' | 'vault';
  readonly subscriptionsOf: Settings['subscriptionsOf'];
  /** Another service than SNS. */
  readonly second: {
    readonly service: string;
    /** @returns what the other region’s watch last reported, if that can be seen */
    ask(): Promise<OtherReport | undefined>;
  };
}

export interface OtherSideWorld extends LookingWorld {
  readonly expected: () => ExpectedSettings;
  readonly other: OtherSideView;
}

/** Alerts if the other region does not answer, or if its alerts reach nobody: it could not say so itself. */
export async function watchOtherSide(
  world: OtherSideWorld,
): Promise<{ readonly otherSide: readonly string[] }> {
  const { region: here, otherSide } = world.expected();
  if (otherSide === undefined) return { otherSide: [] };
  const { half, subscriptionsOf, second } = world.other;
  const look = { id: world.newRunId(), now: world.now() };
  const [answer, ...topics] = await Promise.all([
    answerOf(() => second.ask()),
    ...otherSide.topics.map((arn) =>
      answerOf(async (): Promise<TopicView> => ({ arn, subscriptions: await subscriptionsOf(arn) })),
    ),
  ]);
  const seen = { topics, second: { service: second.service, answer } };
  const report = answer.state === 'answered' ? answer.value : undefined;
  const notices = noticesOfOtherSide({ here, otherSide, half, ...seen, report, now: look.now });
  // While nothing answers, nobody knows whether alerts reach people again.
  const lookedFor = () => !isDown(seen);
  await tellNotices(notices, look, { ...world, area: 'other-side', lookedFor });
  return { otherSide: notices.map(({ fault }) => fault) };
}

/** A region that is down may not even refuse a connection, and the look has a minute for everything. */
const PATIENCE_MS = 15_000;

async function answerOf<Value>(ask: () => Promise<Value>): Promise<Answer<Value>> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    const silent = () => reject(new AppError('AwsUnavailable', `no answer within ${PATIENCE_MS / 1000} s`));
    timer = setTimeout(silent, PATIENCE_MS);
  });
  try {
    return { state: 'answered', value: await Promise.race([ask(), silence]) };
  } catch (error) {
    const passing = error instanceof AppError && error.kind === 'transient';
    return { state: 'failed', message: error instanceof Error ? error.message : String(error), passing };
  } finally {
    clearTimeout(timer);
  }
}
