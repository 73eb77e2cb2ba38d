import { drillEngineVersion } from '../drill/plan-drill.ts';
import { compareVersions, covers, majorMinor } from '../model/version-order.ts';
import type { EngineOffer } from '../ports.ts';
import type { Sheet } from './sheet.ts';

export interface ChosenEngine {
  readonly engine: string;
  readonly engineVersion: string;
  /** Of the parameter groups that fit; undefined if the region does not offer the version. */
  readonly family: string | undefined;
}

/**
 * The cache's own version where it can still be made, else the next one that can. An engine never goes back, neither to an
 * older version nor from Valkey to Redis OSS.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/VersionManagement.HowTo.html (checked 2026-11-21)
 */
export function restoreEngine(sheet: Sheet): ChosenEngine {
  const { point, choices, need, differ } = sheet;
  const { engine: recordedEngine, engineVersion: recorded } = point.topology;
  const engine = choices.engine ?? recordedEngine;
  const ofEngine = sheet.facts.offers.filter((offer) => offer.engine === engine);
  if (recordedEngine === 'valkey' && engine !== 'valkey')
    need({ setting: 'engine', message: `what Valkey wrote, ${engine} does not load; leave --engine out` });
  const offer = offerFor(sheet, engine, ofEngine);
  const engineVersion = offer?.version ?? choices.engineVersion ?? recorded;
  if (offer === undefined) {
    const offered = ofEngine.map(({ version }) => version).join(', ') || 'none';
    need({
      setting: 'engine',
      message: `${choices.region} offers no ${engine} ${choices.engineVersion ?? `${recorded} or newer`}; it offers ${offered}; use --engine-version or --engine valkey`,
    });
  } else if (engine === recordedEngine && !covers(engineVersion, recorded)) {
    if (compareVersions(engineVersion, recorded) < 0)
      need({
        setting: 'engine',
        message: `an engine cannot go back from ${recorded} to ${engineVersion}; use --engine-version ${majorMinor(recorded)} or newer`,
      });
  }
  const sameVersion = engine === recordedEngine && covers(engineVersion, recorded);
  differ({
    setting: 'engine',
    recorded: `${recordedEngine} ${recorded}`,
    restored: sameVersion ? `${recordedEngine} ${recorded}` : `${engine} ${engineVersion}`,
    because:
      choices.engineVersion === undefined && choices.engine === undefined
        ? 'this version cannot be made any more; the next one loads its files'
        : 'asked for',
  });
  refuseUncomparable(sheet, engineVersion);
  return { engine, engineVersion, family: offer?.family };
}

function offerFor(
  { point, choices }: Sheet,
  engine: string,
  offers: readonly EngineOffer[],
): EngineOffer | undefined {
  const { engineVersion: asked } = choices;
  if (asked !== undefined) return offers.find(({ version }) => version === asked || covers(version, asked));
  const recorded = point.topology.engineVersion;
  const oldestFirst = offers.toSorted((one, other) => compareVersions(one.version, other.version));
  const same = engine === point.topology.engine;
  return (
    oldestFirst.find(({ version }) => same && covers(version, recorded)) ??
    oldestFirst.find(({ version }) => compareVersions(version, recorded) >= 0)
  );
}

/** Comparing reads each key's absolute expiry, which older engines do not tell. */
function refuseUncomparable({ choices, need }: Sheet, engineVersion: string): void {
  const readable = drillEngineVersion(engineVersion);
  if (!choices.compares || compareVersions(engineVersion, readable) >= 0) return;
  need({
    setting: 'comparison',
    message: `before ${readable} a server does not tell when a key expires, so its data cannot be compared; use --engine-version ${readable} or newer, or --no-compare`,
  });
}
