import { refuseUnknown } from '../lambda/refuse.ts';
import { type Call, ServiceError } from '../service.ts';
import { type ApiMetric, metricOf } from './api-metric.ts';
import type { MetricStore } from './metrics.ts';

interface PutInput {
  readonly Namespace: string;
  readonly MetricData: readonly (ApiMetric & {
    readonly Timestamp?: Date | string | number;
    readonly Value?: number;
    readonly Values?: readonly number[];
    readonly Unit?: string;
  })[];
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const UNITS = units();

function units(): readonly string[] {
  const bytes = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'];
  const bits = ['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'];
  const amounts = [...bytes, ...bits];
  const times = ['Seconds', 'Microseconds', 'Milliseconds'];
  const rates = [...amounts, 'Count'].map((unit) => `${unit}/Second`);
  return [...times, ...amounts, 'Percent', 'Count', ...rates, 'None'];
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
export function putMetricData(metrics: MetricStore, input: PutInput, call: Call): object {
  refuseUnknown('monitoring PutMetricData', input, ['Namespace', 'MetricData']);
  call.authorize({
    action: 'cloudwatch:PutMetricData',
    resource: '*',
    conditions: { 'cloudwatch:namespace': input.Namespace },
  });
  if (input.Namespace.startsWith('AWS/')) {
    throw new ServiceError('InvalidParameterValue', 'The value AWS/ for parameter Namespace is invalid.');
  }
  for (const [index, datum] of input.MetricData.entries()) {
    refuseUnknown('monitoring MetricDatum', datum, [
      'MetricName',
      'Dimensions',
      'Timestamp',
      'Value',
      'Values',
      'Unit',
    ]);
    checkDatum(datum, index + 1);
    const at = datum.Timestamp === undefined ? call.now : new Date(datum.Timestamp).getTime();
    const values = datum.Values ?? (datum.Value === undefined ? [] : [datum.Value]);
    const id = metricOf({ ...datum, Namespace: input.Namespace }, call);
    metrics.put({ ...id, at, values, ...(datum.Unit !== undefined && { unit: datum.Unit }) });
  }
  return {};
}

/** The texts are those of https://github.com/localstack/localstack/blob/main/tests/aws/services/cloudwatch/test_cloudwatch.snapshot.json */
function checkDatum({ Value, Values, Unit }: PutInput['MetricData'][number], number: number): void {
  const member = `MetricData.member.${number}`;
  if (Value !== undefined && Values !== undefined && Values.length > 0)
    throw new ServiceError(
      'InvalidParameterCombination',
      `The parameters ${member}.Value and ${member}.Values are mutually exclusive and you have specified both.`,
    );
  if (Unit !== undefined && !UNITS.includes(Unit))
    throw new ServiceError(
      'InvalidParameterValue',
      `The value ${Unit} for parameter ${member}.Unit is invalid.`,
    );
}
