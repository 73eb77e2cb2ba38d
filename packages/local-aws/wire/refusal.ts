import type { ServiceError } from '../model/service.ts';
import type { ErrorSchema, ServiceSchemas } from './schema.ts';

/** An error, looked up among those that the service models. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly fault: 'Sender' | 'Receiver';
  readonly schema: ErrorSchema | undefined;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * The status of a modelled error is the schema's, unless the model chose another than the default 400: a model that
 * throws `CacheClusterNotFound` need not repeat that it is a 404.
 */
export function describeRefusal(error: ServiceError, schemas: ServiceSchemas): Refusal {
  const schema = schemas.errors.get(error.code);
  const modelled = schemas.wire.refusals === 'as modelled' ? schema?.status : undefined;
  const status = error.status === 400 ? (modelled ?? 400) : error.status;
  return {
    code: error.code,
    message: error.message,
    status,
    fault: status < 500 ? 'Sender' : 'Receiver',
    schema,
    details: error.details,
  };
}
