import { ENV } from '../../core/contracts/environment.ts';
import { METRICS } from '../../core/contracts/metrics.ts';
import type { Alerts, Events } from '../../core/ports.ts';
import { alerts } from '../aws/alerts.ts';
import { eventBus } from '../aws/events.ts';
import { deployedConfig, emfMetrics, environment, logger } from './handler.ts';

/** The channels that a Lambda's alerts go to. @throws AppError `BadConfig` if the environment names no topic */
export function deployedAlerts(): Alerts {
  const { runbookBaseUrl, eventBus: bus, endpoints } = deployedConfig().alerts;
  return alerts({
    topicArn: environment(ENV.alertTopic)[ENV.alertTopic],
    chatTopicArn: process.env[ENV.chatTopic],
    runbookBaseUrl,
    runbookPagesUrl: process.env[ENV.runbookPages],
    endpoints: endpoints.length > 0,
    events: eventBus({ bus }),
    refused,
  });
}

/**
 * Events beside alerts. A step has done its work by the time it reports it: a bus that does not take the report must not fail
 * the step. What is refused is logged and counted, and the alarm redrill-channel-failing reports it through the topics.
 */
export function deployedEvents(): Events {
  const events = eventBus({ bus: deployedConfig().alerts.eventBus });
  return { put: (all) => events.put(all).catch((reason: unknown) => refused('events', reason)) };
}

function refused(channel: string, reason: unknown): void {
  const { name, message } = reason instanceof Error ? reason : { name: 'Error', message: String(reason) };
  logger.error('a channel refused a message', { channel, code: name, reason: message });
  emfMetrics().count(METRICS.channelFailures, 1);
}
