import { join } from 'node:path';
import { configFileIn, loadConfig } from '../adapters/files/config-file.ts';
import { redrillApp } from '../lib/app.ts';

/**
 * Synthesises the stacks into CDK_OUTDIR or cdk.out: `node bin/app.ts`, or through the CDK CLI. REDRILL_CONFIG names
 * another configuration than the project's own.
 */
const project = join(import.meta.dirname, '..');
const config = await loadConfig(process.env.REDRILL_CONFIG ?? configFileIn(project));
const deployer = process.env.CDK_DEFAULT_ACCOUNT;

redrillApp({
  config,
  outdir: process.env.CDK_OUTDIR ?? join(project, 'cdk.out'),
  ...(deployer === undefined ? {} : { deployer }),
}).synth();
