import type { DrillReport } from '../contracts/drill.ts';
import { duration } from './format.ts';
import { type Html, html } from './html.ts';

/** One stretch of a drill's time. */
export interface Stretch {
  /** Its class in the style. */
  readonly name: 'stage' | 'create' | 'compare' | 'between';
  readonly label: string;
  readonly seconds: number;
}

/** The time from the start until the last key was compared, without gaps: what lies between the phases counts as well. */
export function stretchesOf({ phases, achievedRtoSeconds }: DrillReport): readonly Stretch[] {
  const { stageSeconds = 0, createSeconds = 0, compareSeconds = 0 } = phases;
  const between = (achievedRtoSeconds ?? 0) - stageSeconds - createSeconds - compareSeconds;
  const all: readonly Stretch[] = [
    { name: 'stage', label: 'Plan, and stage the files', seconds: stageSeconds },
    { name: 'create', label: 'Create the cluster, and load', seconds: createSeconds },
    { name: 'compare', label: 'Read, and compare', seconds: compareSeconds },
    { name: 'between', label: 'Between these steps', seconds: Math.max(0, between) },
  ];
  return all.filter(({ seconds }) => seconds > 0);
}

const BAR = { top: 22, height: 30 };
/** Share of the width that a stretch needs for its number to fit inside. */
const ROOM_FOR_NUMBER = 0.05;

/**
 * The stretches one after the other on a track as long as the target or the whole, whichever is longer. Lengths are
 * percentages and text is in pixels, so it reads the same at every width.
 */
export function phaseBar(stretches: readonly Stretch[], target: number | undefined): Html {
  const whole = stretches.reduce((sum, { seconds }) => sum + seconds, 0);
  const longest = Math.max(whole, target ?? 0);
  const at = (seconds: number) => `${((seconds / longest) * 100).toFixed(2)}%`;
  let from = 0;
  const bars = stretches.map(({ name, seconds }, index) => {
    const begin = from;
    from += seconds;
    const number =
      seconds / longest < ROOM_FOR_NUMBER
        ? undefined
        : html`<text class="inside${name === 'create' ? ' on-create' : ''}" x="${at(begin + seconds / 2)}" y="${BAR.top + 19}" text-anchor="middle">${index + 1}</text>`;
    return html`<rect class="${name}" x="${at(begin)}" y="${BAR.top}" width="${at(seconds)}" height="${BAR.height}"/>${number}`;
  });
  const told = stretches.map(({ label, seconds }) => `${label}: ${duration(seconds)}`).join('; ');
  return html`<svg role="img" aria-label="Time of the drill by phase. ${told}." height="72">
<rect class="track" x="0" y="${BAR.top}" width="100%" height="${BAR.height}"/>
${bars}
${target === undefined ? undefined : targetMark(at(target), target / longest, target)}
<text x="0" y="68">0</text>
<text x="${at(whole)}" y="68" text-anchor="${whole / longest > 0.85 ? 'end' : 'middle'}">${duration(whole)}</text>
</svg>`;
}

function targetMark(x: string, share: number, target: number): Html {
  return html`<line class="target" x1="${x}" x2="${x}" y1="14" y2="${BAR.top + BAR.height + 4}"/>
<text class="at-target" x="${x}" y="9" text-anchor="${share > 0.6 ? 'end' : 'start'}">target ${duration(target)}</text>`;
}
