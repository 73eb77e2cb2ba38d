import * as z from 'zod';
import { AppError } from '../model/errors.ts';
import { REGION_FORM } from '../model/region.ts';
import { duration } from './plan.ts';
import { cannotBeUsed, fitContract, form } from './problems.ts';
import { HOST_FORM } from './server-seal.ts';
import { serverName } from './servers.ts';

const hostForm = form(
  'the name of a host',
  'use at most 63 lower-case letters, digits, dots and hyphens, the first and the last a letter or a digit',
);

/** `ship.json` on a host: which server it ships, and where to. `redrill ship --print config` writes it. */
export const shipConfig = z.strictObject({
  server: serverName,
  /** Which of the server's shards this host has. */
  shard: z.int().min(1).default(1),
  /** @default the machine's own name */
  host: z.string(hostForm).regex(HOST_FORM, hostForm).optional(),
  /** How often, as the server's plan has it. */
  every: duration,
  /** `redis://127.0.0.1:6379`, or `rediss://` with TLS; a user stands before the @. */
  redis: z.string(),
  /** A file with the password alone. @default the variable REDRILL_REDIS_PASSWORD */
  passwordFile: z.string().optional(),
  /** A file of certificates that are trusted instead of the system's. */
  ca: z.string().optional(),
  /** Where this process sees the server's data folder, if that is another place than the server's own `dir`. */
  folder: z.string().optional(),
  /** Dated copies on this host: each is removed when it is older and a newer one is sealed. @default none */
  keepLocal: z.strictObject({ folder: z.string(), for: duration }).optional(),
  landing: z.strictObject({ bucket: z.string(), region: z.string().regex(REGION_FORM) }),
});
export type ShipConfig = z.output<typeof shipConfig>;

/** @throws AppError `BadConfig` that lists every problem */
export function parseShipConfig(text: string, file: string): ShipConfig {
  const fitted = fitContract(jsonOf(text, file), shipConfig, 'the configuration');
  if (fitted.fits) return fitted.value;
  throw cannotBeUsed(file, fitted.problems);
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('BadConfig', `${file} is not JSON: ${String(cause)}`, { cause });
  }
}
