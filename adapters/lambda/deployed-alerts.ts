import { ENV } from '../../core/contracts/environment.ts';
import type { Alerts } from '../../core/ports.ts';
import { alerts } from '../aws/alerts.ts';
import { deployedConfig, environment } from './handler.ts';

/** The topics that a Lambda's alerts go to. @throws AppError `BadConfig` if the environment names none */
export function deployedAlerts(): Alerts {
  const { runbookBaseUrl } = deployedConfig().alerts;
  return alerts({
    topicArn: environment(ENV.alertTopic)[ENV.alertTopic],
    chatTopicArn: process.env[ENV.chatTopic],
    runbookBaseUrl,
  });
}
