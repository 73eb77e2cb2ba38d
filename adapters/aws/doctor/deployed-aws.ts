import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { METRICS } from '../../../core/contracts/metrics.ts';
import { HOUR_SECONDS, MINUTE_MS } from '../../../core/model/time.ts';
import type { DeployedAws } from '../../../core/ports/doctor.ts';
import type { Now } from '../../../core/ports.ts';
import { CLIENT_OPTIONS } from '../client-options.ts';
import { nameOf, translating } from '../translate.ts';

/** A deployment in one region, by a person's credentials. */
export function deployedAws(region: string, now: Now): DeployedAws {
  const options = { ...CLIENT_OPTIONS, region };
  const [ssm, cloudwatch] = [new SSMClient(options), new CloudWatchClient(options)];
  return {
    hasParameter: (Name) =>
      translating(`read the SSM parameter ${Name}`, async () => {
        try {
          await ssm.send(new GetParameterCommand({ Name }));
          return true;
        } catch (error) {
          if (nameOf(error) === 'ParameterNotFound') return false;
          throw error;
        }
      }),
    lastHour: (MetricName) =>
      translating(`read the metric ${MetricName}`, async () => {
        const end = Math.ceil(now().getTime() / MINUTE_MS) * MINUTE_MS;
        const { Datapoints = [] } = await cloudwatch.send(
          new GetMetricStatisticsCommand({
            Namespace: METRICS.namespace,
            MetricName,
            StartTime: new Date(end - HOUR_SECONDS * 1_000),
            EndTime: new Date(end),
            Period: MINUTE_MS / 1_000,
            Statistics: ['Sum'],
          }),
        );
        if (Datapoints.length === 0) return undefined;
        return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
      }),
    raise: (AlarmName) =>
      translating(`raise the alarm ${AlarmName}`, async () => {
        const StateReason = 'A test by redrill doctor --page: nothing is wrong.';
        await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason }));
      }),
  };
}
