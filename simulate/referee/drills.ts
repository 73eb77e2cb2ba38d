import { DRILL_TAG } from '../../core/model/tags.ts';
import { type Content, contentOf } from '../world/contents.ts';
import type { LiveCluster } from '../world/drills.ts';
import type { Points } from './points.ts';
import type { Verdicts } from './verdicts.ts';

/** What a drill's report says, as far as the referee knows better. */
export interface Reported {
  readonly cache: string;
  readonly drill: string;
  readonly verdict: 'passed' | 'failed';
  readonly reasons: readonly { readonly code: string }[];
  readonly point?: { readonly slot: string };
  readonly comparison?: {
    readonly keysCompared: number;
    readonly keysExpired: number;
    readonly share?: number;
  };
}

/** What a drill's cluster has held, and shown to those who read it. */
interface Served {
  readonly contents: readonly Content[];
  /** Of each connection, whether it was shown every key. */
  readonly whole: boolean[];
}

/** Whether what drills report is what somebody who knows the truth would have said. */
export class DrillResults {
  readonly #served = new Map<string, Served>();
  readonly #points: Points;
  readonly #verdicts: Verdicts;

  constructor(points: Points, verdicts: Verdicts) {
    this.#points = points;
    this.#verdicts = verdicts;
  }

  connected({ tags, contents }: LiveCluster, isWhole: boolean): void {
    const drill = tags[DRILL_TAG] ?? '';
    const served = this.#served.get(drill) ?? { contents, whole: [] };
    served.whole.push(isWhole);
    this.#served.set(drill, served);
  }

  reported(report: Reported): void {
    const name = `${report.cache}/${report.drill}`;
    if (report.verdict === 'passed') this.#mustHavePassed(name, report);
    else if (report.reasons.some(({ code }) => code === 'RestoreDiffers')) this.#mustDiffer(name, report);
  }

  #mustHavePassed(name: string, { cache, point, comparison }: Reported): void {
    const must = (holds: boolean, what: () => string) =>
      this.#verdicts.must(holds, 'I20', () => `drill ${name} passed, and ${what()}`);
    const known = this.#points.byCache.get(cache)?.at(point?.slot ?? '');
    const served = this.#served.get(name);
    must(known?.verdict === 'verified', () => `its point ${point?.slot} is ${known?.verdict ?? 'not there'}`);
    must(served !== undefined, () => 'its cluster was never read');
    if (known === undefined || served === undefined) return;
    must(isOf(known, served), () => 'its cluster held something else than the point');
    must(
      served.whole.some((isWhole) => isWhole),
      () => 'its cluster lacked a key whenever it was read',
    );
    const { keysCompared = 0, keysExpired = 0, share } = comparison ?? {};
    if (share !== undefined) return;
    const accounted = keysCompared + keysExpired;
    must(
      accounted === known.snapshot.keys,
      () => `${accounted} of ${known.snapshot.keys} keys were compared`,
    );
  }

  #mustDiffer(name: string, { cache, point }: Reported): void {
    const known = this.#points.byCache.get(cache)?.at(point?.slot ?? '');
    const served = this.#served.get(name);
    const isSame = known && served && isOf(known, served) && served.whole.every((isWhole) => isWhole);
    this.#verdicts.must(isSame !== true, 'I20', () => `drill ${name} found differences, and there are none`);
  }
}

/** Whether the cluster held exactly the files of the point's snapshot, in the order of its shards. */
function isOf(
  { snapshot }: { readonly snapshot: { readonly files: ReadonlyMap<number, Uint8Array> } },
  served: Served,
) {
  const files = [...snapshot.files].sort(([one], [other]) => one - other).map(([, file]) => contentOf(file));
  return files.length === served.contents.length && files.every((file, at) => file === served.contents[at]);
}
