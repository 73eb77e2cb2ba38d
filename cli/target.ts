import { readFileSync } from 'node:fs';
import { cacheEndpoint, cacheIds } from '../adapters/aws/cache-endpoint.ts';
import { loadConfig } from '../adapters/files/config-file.ts';
import { whyUnreadable } from '../adapters/files/why-unreadable.ts';
import type { ServerAddress } from '../adapters/redis/resp-connection.ts';
import { CACHE_PORT } from '../core/model/endpoint.ts';
import { AppError } from '../core/model/errors.ts';
import { nearest } from './nearest.ts';
import { PASSWORD_VARIABLE, withoutPassword } from './url-password.ts';

/** What commands that talk to a cache take. */
export interface TargetOptions {
  readonly config?: string;
  /** A file of certificates that are trusted instead of the system's. */
  readonly ca?: string;
  /** Where a cache is looked for. @default the source region */
  readonly region?: string;
}

/** A cache to talk to. */
export interface NamedTarget {
  /** Without its password. */
  readonly name: string;
  readonly address: ServerAddress;
  /** The database that the URL names. */
  readonly database: number | undefined;
  /** A URL does not tell. */
  readonly isServerless?: boolean;
}

const CACHE = /^[a-z][a-z0-9-]*$/;
/** What ends the host of a URL, before the @ that ends its login. */
const LOGIN_CUT_SHORT = /^rediss?:\/\/[^@]*[/?#].*@/is;

/**
 * `redis://host:port/0`, `rediss://user:password@host`, or the id of a cache.
 * @throws AppError `BadInput`, `UnknownCache`
 */
export async function targetNamed(text: string, options: TargetOptions): Promise<NamedTarget> {
  return CACHE.test(text) ? ofCache(text, options) : ofUrl(text, options);
}

function ofUrl(text: string, { ca }: TargetOptions): NamedTarget {
  if (LOGIN_CUT_SHORT.test(text)) throw notEncoded();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const tls = url?.protocol === 'rediss:';
  if (url === undefined || (url.protocol !== 'redis:' && !tls) || url.hostname === '')
    throw new AppError(
      'BadInput',
      `'${withoutPassword(text)}' is not a cache; write redis://host:6379, rediss://user@host:6379/0 (with TLS), or the id of a cache`,
    );
  const [, path = ''] = url.pathname.split('/');
  if (!/^\d*$/.test(path))
    throw new AppError(
      'BadInput',
      `'${path}' is not a database number; give 0 to 15, as in redis://host:6379/0`,
    );
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? CACHE_PORT : Number(url.port);
  const username = decoded(url.username);
  const password = decoded(url.password) || process.env[PASSWORD_VARIABLE];
  return {
    name: `${tls ? 'rediss' : 'redis'}://${host}:${port}`,
    address: addressOf({ host, port, tls, ca, password, ...(username === '' ? {} : { username }) }),
    database: path === '' ? undefined : Number(path),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw notEncoded();
  }
}

/** Nobody knows where such a login ends, so nothing of it is quoted. */
function notEncoded(): AppError {
  return new AppError(
    'BadInput',
    `the user or password in the URL is not percent-encoded (% is %25, / is %2F, ? is %3F, # is %23); encode it, or omit the password and put it unencoded into ${PASSWORD_VARIABLE}`,
  );
}

async function ofCache(
  cache: string,
  { config: file, ca, region: given }: TargetOptions,
): Promise<NamedTarget> {
  const { source, vault } = await loadConfig(file);
  const region = given ?? source.region;
  // In another region an alias may stand for nothing, or for another cache.
  const found = await cacheEndpoint(cache, region, region === source.region ? source.aliases : {});
  if (found === undefined) throw await unknownCache(cache, region, vault.region);
  const { auth, isServerless, ...endpoint } = found;
  const password = process.env[PASSWORD_VARIABLE];
  if (auth === 'token' && password === undefined)
    throw new AppError('BadInput', `${cache} needs a password; put its AUTH token into ${PASSWORD_VARIABLE}`);
  if (auth === 'users')
    throw new AppError(
      'BadInput',
      `${cache} has users; write rediss://<user>@${endpoint.host}:${endpoint.port}, with the user’s password in ${PASSWORD_VARIABLE}`,
    );
  const address = addressOf({ ...endpoint, ca, password });
  return { name: cache, address, database: undefined, isServerless };
}

/** Restored caches are beside the vault, in most cases. */
async function unknownCache(cache: string, region: string, vaultRegion: string): Promise<AppError> {
  const missing = `there is no cache '${cache}' in ${region}`;
  const restored = region === vaultRegion ? [] : await cacheIds(vaultRegion).catch(() => []);
  if (restored.some((id) => id === cache))
    return new AppError('UnknownCache', `${missing}, but in ${vaultRegion}; add --region ${vaultRegion}`);
  return new AppError('UnknownCache', `${missing}${nearest(cache, await cacheIds(region))}`);
}

interface Access {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly ca: string | undefined;
  readonly username?: string;
  readonly password: string | undefined;
}

function addressOf({ host, port, tls, ca, username, password }: Access): ServerAddress {
  return {
    host,
    port,
    tls: tls && ca !== undefined ? { ca: certificatesIn(ca) } : tls,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined || password === '' ? {} : { password }),
  };
}

function certificatesIn(file: string): Buffer {
  const certificates = read(file);
  if (certificates.includes('-----BEGIN CERTIFICATE-----')) return certificates;
  throw new AppError(
    'UnreadableFile',
    `--ca ${file} holds no certificate; give a PEM file, which has a line -----BEGIN CERTIFICATE-----`,
  );
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new AppError('UnreadableFile', `--ca ${file} cannot be read: ${whyUnreadable(cause)}`, { cause });
  }
}
