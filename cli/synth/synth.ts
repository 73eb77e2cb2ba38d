import { configFileIn, loadConfig } from '../../adapters/files/config-file.ts';
import { redrillApp } from '../../lib/app.ts';

export interface SynthOptions {
  /** @default the one of this folder */
  readonly config?: string;
  /** @default what the CDK CLI says, else cdk.out */
  readonly out?: string;
}

/** The folder to which the CDK's commands, and Redrill's, write a cloud assembly if nothing else is said. */
const USUAL_FOLDER = 'cdk.out';

/** Writes the cloud assembly of a configuration, and prints its folder. */
export async function synth({ config: file = configFileIn('.'), out }: SynthOptions): Promise<void> {
  const outdir = out ?? process.env.CDK_OUTDIR ?? USUAL_FOLDER;
  await synthesise({ file, outdir, deployer: process.env.CDK_DEFAULT_ACCOUNT });
  console.log(`The stacks are in ${outdir}.`);
}

/** @param deployer account of the credentials that will deploy, if it is known */
export async function synthesise({
  file,
  outdir,
  deployer,
}: {
  readonly file: string;
  readonly outdir: string;
  readonly deployer: string | undefined;
}): Promise<void> {
  const config = await loadConfig(file);
  redrillApp({ config, outdir, ...(deployer === undefined ? {} : { deployer }) }).synth();
}
