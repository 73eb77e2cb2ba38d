import type { Config } from '../../core/contracts/config.ts';
import { fitConfig, parseConfig } from '../../core/contracts/parse-config.ts';
import { presets } from '../../core/contracts/presets.ts';
import { PRESET_NAMES, planNameOf } from '../../core/init/propose-preset.ts';
import { AppError } from '../../core/model/errors.ts';

interface Regions {
  readonly source: string;
  readonly vault: string;
}

/** A plan for each preset, and no cache: caches are protected by their tag. @throws AppError `BadInput` for wrong regions */
export function genericConfig({ source, vault }: Regions): Config {
  const config = {
    source: { region: source },
    vault: { region: vault },
    plans: Object.fromEntries(PRESET_NAMES.map((name) => [planNameOf(name), presets[name]])),
  };
  const fitted = fitConfig(config);
  if (!fitted.fits)
    throw new AppError(
      'BadInput',
      fitted.problems.map((problem) => problem.replace(/^(source|vault)\.region/, '--$1')).join('\n'),
    );
  return parseConfig(config);
}
