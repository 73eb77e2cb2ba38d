interface PercentOptions {
  /** @default 0 */
  readonly decimals?: number;
  /** Whether decimals that are 0 are written, so that a column lines up. @default false */
  readonly zeros?: boolean;
}

/**
 * `25 %`, of a share from 0 to 1. It is rounded down, so that a part never reads as `100 %`; a part that would then read
 * as `0 %` is `under 1 %`.
 */
export function percentText(share: number, { decimals = 0, zeros = false }: PercentOptions = {}): string {
  const scale = 10 ** decimals;
  // In binary a share such as 0.57 comes to a little less than 57 %.
  const percent = Math.floor(share * 100 * scale + 1e-9) / scale;
  if (percent === 0 && share > 0) return `under ${1 / scale} %`;
  return `${zeros ? percent.toFixed(decimals) : percent} %`;
}
