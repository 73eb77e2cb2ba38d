import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, type AppProps } from 'aws-cdk-lib';
import { CONFIG_FILE } from '../../core/contracts/environment.ts';
import { EXPECTED_FILE, type ExpectedSettings } from '../../core/contracts/settings.ts';
import type { BuiltLambdas } from '../../lib/lambda/bundles.ts';
import type { Template } from './synthesised.ts';

/** CDK apps of users, and what they are synthesised to. */
export class Apps {
  readonly #folder = mkdtempSync(join(tmpdir(), 'redrill-apps-'));
  /** Lambdas with an empty file each. */
  readonly lambdas: BuiltLambdas = { folder: () => join(this.#folder, 'code') };

  constructor() {
    const code = mkdtempSync(join(this.#folder, 'code-'));
    this.lambdas = { folder: () => code };
    writeFileSync(join(code, 'index.mjs'), 'export const handler = async () => undefined;\n');
  }

  /** @param props without any, an app that has none of the CDK's feature flags */
  app(props: AppProps = {}): App {
    const outdir = mkdtempSync(join(this.#folder, 'cdk-'));
    return new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir, ...props });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Synthesised once. */
export class Assembly {
  readonly #app: App;
  readonly #folder: string;

  constructor(app: App) {
    this.#app = app;
    this.#folder = app.synth().directory;
  }

  template(stack: string): Template {
    const { template } = this.#app.synth().getStackByName(stack);
    return template;
  }

  /** What the watches of both halves compare with. */
  expected(): readonly ExpectedSettings[] {
    return this.#beside(EXPECTED_FILE).map(([, document]) => document);
  }

  /** The configurations that travel with the Lambdas. */
  configurations(): readonly { readonly caches: object }[] {
    return this.#beside(CONFIG_FILE).map(([, document]) => document);
  }

  #beside(name: string) {
    return globSync(`**/${name}`, { cwd: this.#folder }).map(
      (file) => [dirname(file), JSON.parse(readFileSync(join(this.#folder, file), 'utf8'))] as const,
    );
  }
}
