import { execFileSync, spawnSync } from 'node:child_process';

const READ = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as families
print(json.dumps([[s.name, s.labels, s.value] for f in families(sys.stdin.read()) for s in f.samples]))
`;

/** Debian's packages belong to Debian's Python. */
const python = ['python3', '/usr/bin/python3'].find(
  (each) => spawnSync(each, ['-c', 'import prometheus_client']).status === 0,
);

/**
 * What Prometheus' own strict parser reads: value by `name{label=value,…}`.
 * @throws Error for what is not OpenMetrics
 */
export function samplesOf(text: string): Readonly<Record<string, number>> {
  if (python === undefined)
    throw new Error('no Python 3 with prometheus_client; run npm test, which installs it');
  const printed = execFileSync(python, ['-c', READ], {
    input: text,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const samples: readonly [string, Readonly<Record<string, string>>, number][] = JSON.parse(printed);
  return Object.fromEntries(
    samples.map(([name, labels, value]) => {
      const pairs = Object.entries(labels).map(([label, of]) => `${label}=${of}`);
      return [pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`, value];
    }),
  );
}
