import { describe, expect, it } from 'vitest';
import type { PagerDutyEvent } from '../../../core/alerts/compose-page.ts';
import { inputOf } from '../../../core/contracts/lambda-inputs.ts';
import { AppError } from '../../../core/model/errors.ts';
import { run } from '../../../lambdas/page-pagerduty.ts';
import { PAGERDUTY_KEY } from '../../channels/pager-duty-server.ts';

/** As CloudWatch's page shows it: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
const ALARM = {
  version: '0',
  id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  account: '123456789012',
  time: '2019-10-02T17:04:40Z',
  region: 'us-east-1',
  resources: ['arn:aws:cloudwatch:us-east-1:123456789012:alarm:redrill-watch-silent'],
  detail: {
    alarmName: 'redrill-watch-silent',
    configuration: { description: 'watch-vault has not run.', metrics: [{ id: 'm1' }] },
    previousState: { value: 'OK', reason: 'x', timestamp: '2019-10-02T17:03:40.138+0000' },
    state: { value: 'ALARM', reason: 'Threshold Crossed', timestamp: '2019-10-02T17:04:40.989+0000' },
  },
};

function world(key: string | undefined, refusal?: AppError) {
  const sent: PagerDutyEvent[] = [];
  const invoke = () =>
    run(inputOf('page-pagerduty').parse(ALARM), {
      parameter: '/redrill/pagerduty-key',
      parameters: { read: async () => key },
      tickets: true,
      pagerDuty: {
        send: async (event) => {
          if (refusal !== undefined) throw refusal;
          sent.push(event);
        },
      },
    });
  return { sent, invoke };
}

describe('page-pagerduty', () => {
  it('sends what CloudWatch puts on the bus, with the key of the parameter', async () => {
    const { sent, invoke } = world(`${PAGERDUTY_KEY}\n`);
    const dedup = 'redrill/123456789012/us-east-1/alarm redrill-watch-silent';
    expect(await invoke()).toEqual({ sent: [`trigger ${dedup}`] });
    expect(sent).toMatchObject([{ routing_key: PAGERDUTY_KEY, dedup_key: dedup }]);
  });

  it.each([undefined, '', ' \n'])(
    'fails if the parameter holds %j, so that Lambda keeps the event',
    async (key) => {
      await expect(world(key).invoke()).rejects.toMatchObject({
        code: 'PagerDutyRefused',
        message: 'the parameter /redrill/pagerduty-key does not exist or is empty',
      });
    },
  );

  it('fails if PagerDuty does not accept the event', async () => {
    const { invoke } = world(PAGERDUTY_KEY, new AppError('AwsUnavailable', 'PagerDuty did not answer'));
    await expect(invoke()).rejects.toMatchObject({ code: 'AwsUnavailable' });
  });

  it('refuses an event that it does not know', () =>
    expect(inputOf('page-pagerduty').safeParse({ ...ALARM, source: 'aws.s3' }).success).toBe(false));
});
