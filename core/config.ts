/** What a configuration file imports, as `redrill/config`; it loads no CDK, so that a command starts at once. */

export { type ConfigInput, defineConfig } from './contracts/config.ts';
export { presets } from './contracts/presets.ts';
