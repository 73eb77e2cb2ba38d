/** Engine versions such as `7.0` or `8.0.1`, by their numbers. @returns below, at or above zero */
export function compareVersions(one: string, other: string): number {
  const [numbers, others] = [numbersOf(one), numbersOf(other)];
  for (let at = 0; at < Math.max(numbers.length, others.length); at++) {
    const difference = (numbers[at] ?? 0) - (others[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a version that is ordered, such as `7.0`, covers one that is reported, such as `7.0.7`. */
export function covers(ordered: string, reported: string): boolean {
  return `${reported}.`.startsWith(`${ordered}.`);
}

/** `7` of `7.0.7`. */
export function majorOf(version: string): string {
  return version.split('.')[0] ?? version;
}

/** `7.0` of `7.0.7`. */
export function majorMinor(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function numbersOf(version: string): readonly number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10) || 0);
}
