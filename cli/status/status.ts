import { planNames } from '../../core/contracts/servers.ts';
import { assessStatus } from '../../core/watch/assess-status.ts';
import { ExitStatus } from '../exit-status.ts';
import { paintFor } from '../terminal/page.ts';
import { inVault, openVault, registered, type Vault, type VaultOptions } from '../vault.ts';
import { outputOf, type StatusOutput } from './contract.ts';
import { lookAt, lookAtOne } from './look.ts';
import { openMetrics } from './openmetrics.ts';
import { pluginAnswer, unknownAnswer } from './plugin.ts';
import { statusText } from './text.ts';

interface StatusOptions extends VaultOptions {
  readonly all?: true;
  readonly json?: true;
  readonly plugin?: true;
  readonly openmetrics?: true;
}

/** Prints how all caches stand, or one. @returns the exit status @throws AppError `UnknownCache`, `NoVault` */
export async function status(cache: string | undefined, options: StatusOptions): Promise<number> {
  if (options.plugin) return asPlugin(cache, options);
  const found = await look(cache, options);
  process.stdout.write(written(found, options));
  return found.state === 'ok' ? ExitStatus.good : ExitStatus.bad;
}

function written(found: StatusOutput, { all, json, openmetrics }: StatusOptions): string {
  if (openmetrics) return openMetrics(found);
  if (json) return `${JSON.stringify(found, null, 2)}\n`;
  return `${statusText(found, { all: all === true, paint: paintFor(process.stdout) })}\n`;
}

async function look(cache: string | undefined, options: VaultOptions): Promise<StatusOutput> {
  const vault = await openVault(options);
  const evidence =
    cache === undefined ? await lookAt(vault) : await lookAtOne(vault, await known(vault, cache));
  return outputOf(assessStatus(evidence), vault.catalogue.vault.bucket);
}

/** Of a cache that the configuration names nothing need have come in yet. @throws AppError `UnknownCache`, `NoVault` */
async function known(vault: Vault, cache: string): Promise<string> {
  if (Object.hasOwn(planNames(vault.config), cache))
    await inVault(vault, ({ catalogue }) => catalogue.registeredNames());
  else await registered(vault, cache);
  return cache;
}

async function asPlugin(cache: string | undefined, options: VaultOptions): Promise<number> {
  const answer = await look(cache, options).then(pluginAnswer, unknownAnswer);
  process.stdout.write(`${answer.line}\n`);
  return answer.status;
}
