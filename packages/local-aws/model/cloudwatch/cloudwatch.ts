import type { VirtualClock } from '../../clock.ts';
import type { ResourceHandler } from '../../cloudformation/resource.ts';
import type { Fabric } from '../../dispatch.ts';
import { type Readings, readingsOf } from '../../readings.ts';
import type { EventBridge } from '../events.ts';
import type { LogStore } from '../logs.ts';
import type { Service } from '../service.ts';
import { ALARM_PROPERTIES, parseAlarm } from './alarm.ts';
import { Alarms } from './alarms.ts';
import { Dashboards, dashboardHandler } from './dashboards.ts';
import { readEmbeddedMetrics } from './emf.ts';
import type { MetricStore } from './metrics.ts';
import { monitoringOperations } from './operations.ts';

export interface CloudWatchOptions {
  readonly clock: VirtualClock;
  /** Log groups whose lines may carry embedded metrics. */
  readonly logs: LogStore;
  readonly metrics: MetricStore;
  /** Leads to SNS, where alarms publish as `cloudwatch.amazonaws.com`. */
  readonly fabric: Pick<Fabric, 'call'>;
  /** Puts the changes of alarms on the default bus. @default nobody listens */
  readonly events?: Pick<EventBridge, 'emit'> | undefined;
  /** Answers to what AWS's documentation leaves open. @default the usual ones */
  readonly readings?: Readings;
}

export interface CloudWatch {
  readonly service: Service;
  readonly resourceHandlers: readonly ResourceHandler[];
  readonly alarms: Alarms;
}

/** Metrics, alarms and dashboards. */
export function createCloudWatch({
  clock,
  logs,
  metrics,
  fabric,
  events,
  readings = readingsOf(),
}: CloudWatchOptions): CloudWatch {
  readEmbeddedMetrics(logs, metrics);
  const alarms = new Alarms(clock, metrics, { fabric, events, readings });
  const dashboards = new Dashboards();
  return {
    service: { name: 'monitoring', operations: monitoringOperations({ metrics, alarms, dashboards }) },
    resourceHandlers: [alarmHandler(alarms, clock), dashboardHandler(dashboards)],
    alarms,
  };
}

function alarmHandler(alarms: Alarms, clock: VirtualClock): ResourceHandler {
  return {
    type: 'AWS::CloudWatch::Alarm',
    properties: ALARM_PROPERTIES,
    create: async (declaration) => {
      const alarm = parseAlarm(declaration, clock.now());
      alarms.add(alarm);
      return { ref: alarm.name, attributes: { Arn: alarm.arn } };
    },
    update: async (declaration, { ref, attributes }) => {
      alarms.put(parseAlarm(declaration, clock.now()));
      return { ref, attributes };
    },
    delete: async ({ attributes }) => alarms.remove(attributes.Arn ?? ''),
  };
}
