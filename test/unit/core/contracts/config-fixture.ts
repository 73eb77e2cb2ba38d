import { expect } from 'vitest';
import type { ConfigInput } from '../../../../core/contracts/config.ts';
import { parseConfig } from '../../../../core/contracts/parse-config.ts';
import { presets } from '../../../../core/contracts/presets.ts';
import { AppError } from '../../../../core/model/errors.ts';

export const BASE = {
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1' },
  plans: { jobs: presets.jobQueue },
} satisfies ConfigInput;

/** The valid configuration with some fields of its one plan changed. */
export function withPlan(changed: object): unknown {
  return { ...BASE, plans: { jobs: { ...presets.jobQueue, ...changed } } };
}

export function withVault(changed: object): object {
  return { ...BASE, vault: { region: 'eu-central-1', ...changed } };
}

export function problemsOf(input: unknown): readonly string[] {
  try {
    parseConfig(input);
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'BadConfig', kind: 'user' });
    const [title, ...problems] = String((error as AppError).message).split('\n');
    expect(title).toBe('redrill.config.ts cannot be used:');
    return problems.map((problem) => problem.replace(/^ {2}- /, ''));
  }
  return [];
}
