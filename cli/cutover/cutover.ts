import { parameterPointer } from '../../adapters/aws/parameter-pointer.ts';
import { recordPointer } from '../../adapters/aws/record-pointer.ts';
import { loadConfig } from '../../adapters/files/config-file.ts';
import { type Endpoint, endpointIn, withEndpoint, withoutLogin } from '../../core/model/endpoint.ts';
import { AppError } from '../../core/model/errors.ts';
import type { Pointer, Pointing } from '../../core/ports.ts';
import { ExitStatus } from '../exit-status.ts';
import type { VaultOptions } from '../vault.ts';
import { checkTarget, endpointOf } from './new-endpoint.ts';

export interface CutOverOptions extends VaultOptions {
  readonly to?: string;
  readonly back?: true;
  readonly zone?: string;
  readonly region?: string;
  readonly expect?: string;
  readonly probe: boolean;
  readonly apply?: true;
  readonly json?: true;
}

/** Says where a pointer would go, and turns it if that is asked for. @returns the exit status */
export async function cutOver(name: string, options: CutOverOptions): Promise<number> {
  if ((options.to === undefined) === (options.back === undefined))
    throw new AppError('BadInput', 'give either --to or --back');
  if (name.replace(/^ssm:/, '') === '')
    throw new AppError('BadInput', "'' is not a pointer; give an SSM parameter, such as /shop/redis");
  const region = options.region ?? (await loadConfig(options.config)).vault.region;
  const pointer =
    options.zone === undefined
      ? parameterPointer(name.replace(/^ssm:/, ''), region)
      : await recordPointer(name, options.zone);
  const now = await pointer.read();
  if (now === undefined) throw refusal(`there is no ${pointer.title}${orRecord(name, options)}`);
  expected(pointer, now, options);
  const { value, endpoint } = await targetOf(pointer, now, { ...options, region });
  const change = { pointer, now, value, name };
  if (value === now.value || options.apply !== true) return tell(change, options, false);
  await checkTarget(endpoint, options);
  await pointer.turn(now, value);
  return tell(change, options, true);
}

/** A name with dots may be meant as one of DNS. */
const orRecord = (name: string, { zone }: CutOverOptions) =>
  zone === undefined && /^[^/]+\.[^/]+$/.test(name)
    ? '; for a Route 53 record, name its hosted zone with --zone'
    : '';

interface Change {
  readonly pointer: Pointer;
  readonly now: Pointing;
  readonly value: string;
  readonly name: string;
}

function expected({ title }: Pointer, now: Pointing, { expect }: CutOverOptions): void {
  const shown = withoutLogin(now.value);
  if (expect === undefined || expect === shown || expect === now.value) return;
  throw new AppError('PointerMoved', `the ${title} says '${shown}', not '${expect}'; nothing was changed`);
}

interface Target {
  /** What the pointer will say. */
  readonly value: string;
  readonly endpoint: Endpoint;
}

async function targetOf(
  { title, holds }: Pointer,
  now: Pointing,
  { to, region }: CutOverOptions & { readonly region: string },
): Promise<Target> {
  if (endpointIn(now.value) === undefined)
    throw refusal(`the ${title} holds no endpoint: neither a redis URL nor host or host:port`);
  const endpoint = to === undefined ? formerOf(title, now) : await endpointOf(to, region);
  if (holds === 'endpoint') return { value: withEndpoint(now.value, endpoint), endpoint };
  if (/^[\d.]+$/.test(endpoint.host))
    throw refusal(`${endpoint.host} is an address, and a CNAME record names a host; give --to as host:port`);
  return { value: endpoint.host, endpoint };
}

/** Where it led to: what else was in the value, such as a password, may have changed for good since. */
function formerOf(title: string, { former }: Pointing): Endpoint {
  const endpoint = former === undefined ? undefined : endpointIn(former);
  if (endpoint !== undefined) return endpoint;
  throw refusal(
    `the earlier value of the ${title} is unknown; no cut-over was made here, or it is too long ago`,
  );
}

function refusal(message: string): AppError {
  return new AppError('CutOverRefused', message);
}

function tell({ pointer, now, value, name }: Change, options: CutOverOptions, applied: boolean): number {
  const [from, to] = [withoutLogin(now.value), withoutLogin(value)];
  const { staleSeconds } = pointer;
  const output = {
    pointer: pointer.title,
    from,
    to,
    applied,
    ...(staleSeconds === undefined ? {} : { staleSeconds }),
  };
  console.log(
    options.json
      ? JSON.stringify(output, null, 2)
      : text(output, { name, options, isSame: value === now.value }),
  );
  return ExitStatus.good;
}

interface Output {
  readonly pointer: string;
  readonly from: string;
  readonly to: string;
  readonly applied: boolean;
  readonly staleSeconds?: number;
}

/** What was asked for, and whether it was so already: of a value that is shown without its login, that cannot be seen. */
interface Asked {
  readonly name: string;
  readonly options: CutOverOptions;
  readonly isSame: boolean;
}

function text(
  { pointer, from, to, applied, staleSeconds }: Output,
  { name, options, isSame }: Asked,
): string {
  if (isSame) return `The ${pointer} says ${to} already.`;
  const of = `npx redrill cutover ${name}${options.zone === undefined ? '' : ` --zone ${options.zone}`}${options.region === undefined ? '' : ` --region ${options.region}`}`;
  const where = options.back ? '--back' : `--to ${options.to}`;
  return [
    pointer,
    `  ${applied ? 'was' : 'is'}       ${from}`,
    `  ${applied ? 'is' : 'would be'} ${applied ? '      ' : ''}${to}`,
    applied
      ? `To switch back: ${of} --back --expect '${to}' --apply`
      : `Nothing was changed. To switch: ${of} ${where} --expect '${from}' --apply`,
    ...(staleSeconds === undefined
      ? ['Clients use the old value until they read it again.']
      : [`Clients may use the old one for ${staleSeconds} s, and connected clients until they reconnect.`]),
  ].join('\n');
}
