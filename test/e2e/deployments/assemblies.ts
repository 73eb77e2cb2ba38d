import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_ACCOUNT } from '@redrill/local-aws/cloudformation';
import { inject } from 'vitest';
import type { ConfigInput } from '../../../core/contracts/config.ts';
import { parseConfig } from '../../../core/contracts/parse-config.ts';
import { redrillApp } from '../../../lib/app.ts';
import { builtIn } from '../../../lib/lambda/bundles.ts';
import demo from '../../../redrill.config.ts';
import type { Deployable } from '../world.ts';

/** Cloud assemblies of other configurations than the demo's, as `cdk deploy` would make them for a known account. */
export class Assemblies {
  readonly #folder = mkdtempSync(join(tmpdir(), 'redrill-assemblies-'));
  #count = 0;

  /** With a file of the configuration, for the command. @param change from the demo's configuration. @default none */
  of(
    change: (config: ConfigInput) => ConfigInput = (config) => config,
  ): Deployable & { readonly file: string } {
    this.#count += 1;
    const input = change(demo);
    const config = parseConfig(input);
    const file = join(this.#folder, `redrill-${this.#count}.config.mjs`);
    writeFileSync(file, `export default ${JSON.stringify(input)};\n`);
    const folder = join(this.#folder, `cdk-${this.#count}.out`);
    const lambdas = builtIn(inject('bundles'));
    redrillApp({ config, lambdas, outdir: folder, deployer: DEFAULT_ACCOUNT, checked: false }).synth();
    return { folder, config, file };
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}

/** The demo's configuration with other settings of the vault. */
export const withVault =
  (vault: Partial<ConfigInput['vault']>) =>
  (config: ConfigInput): ConfigInput => ({ ...config, vault: { ...config.vault, ...vault } });

/** The demo's configuration with every way in which alerts can be sent. */
export const withEveryChannel = (config: ConfigInput): ConfigInput => ({
  ...config,
  alerts: {
    ...config.alerts,
    endpoints: [
      { url: 'https://example.com/all' },
      { url: 'https://example.com/pages', only: 'page', raw: true },
    ],
    pagerDuty: { parameter: '/redrill/pagerduty-key', region: 'eu' },
    slack: [{ workspaceId: 'T0123ABCDEF', channelId: 'C0123ABCDEF' }],
  },
});

/** The demo's configuration with messages for chat, and runbooks that are published at an address. */
export const withChat =
  (runbookBaseUrl: string) =>
  (config: ConfigInput): ConfigInput => ({
    ...config,
    alerts: { ...config.alerts, chat: true, runbookBaseUrl },
  });
