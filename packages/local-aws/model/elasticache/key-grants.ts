import type { Readings } from '../../readings.ts';
import type { GrantRequest } from '../kms.ts';
import { type Call, ServiceError } from '../service.ts';
import type { Context } from './context.ts';
import { invalidValue } from './refusals.ts';

/** "Include both ViaService names in the condition key value": which it goes under for what is not said. */
const GOES_UNDER = ['elasticache', 'dax'];

/**
 * A key of the customer's own takes a grant for each cache and for each backup while it is made.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html
 * @param kmsKeyId id, ARN or alias
 * @returns the key as `KmsKeyId` shows it
 * @throws ServiceError in the words that the readings say, if the key cannot be used or its caller may not use it
 */
export function grantItself(
  { keys, readings }: Context,
  call: Call,
  kmsKeyId: string | undefined,
): string | undefined {
  if (kmsKeyId === undefined) return undefined;
  try {
    const key = keys.authorizeGrant(call, kmsKeyId, requestFor(readings));
    const forms = { arn: key.arn, id: key.id, alias: kmsKeyId };
    return forms[readings['key-form']];
  } catch (error) {
    throw passedOn(readings, error, kmsKeyId);
  }
}

function requestFor(readings: Readings): GrantRequest {
  const name = readings['key-via-service'];
  const through = name === 'both' ? GOES_UNDER : [name];
  return {
    through: readings['key-grantor'] === 'caller' ? through : [],
    isMarked: readings['key-grant-mark'] === 'present',
  };
}

const KEY_REFUSALS = new Set(['AccessDenied', 'InvalidKMSKeyFault']);

function passedOn(readings: Readings, error: unknown, kmsKeyId: string): unknown {
  if (!(error instanceof ServiceError) || !KEY_REFUSALS.has(error.code)) return error;
  const refusals = {
    separate: error,
    'invalid-key': new ServiceError('InvalidKMSKeyFault', 'The KMS key supplied is not valid.'),
    'invalid-parameter': invalidValue(`The KMS key ${kmsKeyId} cannot be used: ${error.message}`),
  };
  return refusals[readings['key-refusal']];
}
