import { readFileSync } from 'node:fs';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics as Emf, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import type { Config } from '../../core/contracts/config.ts';
import { CONFIG_FILE, ENV } from '../../core/contracts/environment.ts';
import { inputOf, type LambdaInput, type LambdaName } from '../../core/contracts/lambda-inputs.ts';
import { METRICS } from '../../core/contracts/metrics.ts';
import { parseConfig } from '../../core/contracts/parse-config.ts';
import { RUNBOOKS_FILE, type RunbookTexts, runbookTexts } from '../../core/contracts/runbooks.ts';
import { AppError } from '../../core/model/errors.ts';
import type { Metrics, Now, TimeLeft } from '../../core/ports.ts';
import { checked } from '../documents/json-document.ts';

export type Handler = (event: unknown, context: Context) => Promise<unknown>;

export const logger = new Logger({ serviceName: 'redrill' });

/**
 * A Lambda handler: parses the payload, makes what the step needs once per cold start, runs the step, logs its outcome.
 * Errors keep the name of their code, because the state machines' Retry and Catch match it.
 */
export function lambdaHandler<Name extends LambdaName, World>(
  name: Name,
  makeWorld: (invocation: { readonly timeLeftMs: TimeLeft }) => World,
  run: (input: LambdaInput<Name>, world: World) => Promise<unknown>,
): Handler {
  let world: World | undefined;
  let current: Context;
  const timeLeftMs = () => current.getRemainingTimeInMillis();
  return async (event, context) => {
    current = context;
    logger.addContext(context);
    try {
      const input = checked(event, inputOf(name), `the payload of ${context.functionName}`);
      world ??= makeWorld({ timeLeftMs });
      const output = await run(input, world);
      logger.info('done', { output: output as object });
      return output;
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
      logger.error('failed', { code: name, reason: message });
      throw error;
    }
  };
}

export const systemClock: Now = () => new Date();

/** @throws AppError `BadConfig` that names every variable that is missing */
export function environment<Name extends string>(...names: readonly Name[]): Record<Name, string> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) {
    throw new AppError('BadConfig', `the environment lacks ${missing.join(', ')}; deploy the stack again`);
  }
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? ''])) as Record<Name, string>;
}

/** The configuration that was synthesised; it lies beside the bundle. */
export function deployedConfig(): Config {
  return parseConfig(
    JSON.parse(readFileSync(new URL(`./${CONFIG_FILE}`, import.meta.url), 'utf8')),
    CONFIG_FILE,
  );
}

/** The runbooks of the version that was synthesised; they lie beside the bundle of publish-fleet. */
export function deployedRunbooks(): RunbookTexts {
  const text = readFileSync(new URL(`./${RUNBOOKS_FILE}`, import.meta.url), 'utf8');
  return checked(JSON.parse(text), runbookTexts, RUNBOOKS_FILE);
}

/** ARNs of the keys of caches that are not in the configuration, because only the deployment knew them. */
export function deployedCacheKeys(): readonly string[] {
  return (process.env[ENV.cacheKeys] ?? '').split(',').filter((arn) => arn !== '');
}

/** Metrics in the embedded metric format: lines in the log that CloudWatch turns into metrics, without an API call. */
export function emfMetrics(): Metrics {
  const put = (
    name: string,
    unit: (typeof MetricUnit)[keyof typeof MetricUnit],
    value: number,
    dimensions = {},
  ) => {
    const emf = new Emf({ namespace: METRICS.namespace, serviceName: 'redrill' });
    emf.clearDefaultDimensions();
    emf.addDimensions(dimensions);
    emf.addMetric(name, unit, value);
    emf.publishStoredMetrics();
  };
  return {
    count: (name, value, dimensions) => put(name, MetricUnit.Count, value, dimensions),
    seconds: (name, value, dimensions) => put(name, MetricUnit.Seconds, value, dimensions),
  };
}
