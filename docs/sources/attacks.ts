import { ATTACKS } from '../../test/e2e/attacks/all.ts';
import { type Row, type Tells, whatWorks } from '../../test/e2e/attacks/attack.ts';
import { UNREPORTED_ATTACKS } from '../../test/e2e/attacks/unreported.ts';
import { table } from './table.ts';

/** docs/attacks.md's tables. */
export function attackBlocks(): Readonly<Record<string, string>> {
  const sections = Object.entries(ATTACKS).map(([on, attacks]) => `## On ${on}\n\n${attackTable(attacks)}`);
  const unreported = table(
    ['what happens', 'what follows'],
    UNREPORTED_ATTACKS.map(({ name, effect }) => [name, effect]),
  );
  return { attacks: sections.join('\n\n'), unreported };
}

function attackTable(attacks: readonly Row[]): string {
  return table(
    ['what happens', 'what reports it', 'within', 'what still works'],
    attacks.map(({ name, tells, withinMinutes, stillWorks }) => [
      name,
      tellsText(tells),
      withinMinutes < 60 ? `${withinMinutes} min` : `${withinMinutes / 60} h`,
      stillWorks.map((each) => (typeof each === 'string' ? `\`${whatWorks(each)}\`` : each.what)).join(', '),
    ]),
  );
}

function tellsText({ alerts = [], heartbeat, status = [], alarm }: Tells): string {
  const codes = (all: readonly string[]) => all.map((code) => `\`${code}\``).join(', ');
  return [
    ...(alerts.length === 0 ? [] : [`alert ${codes(alerts)}`]),
    ...(alarm === undefined ? [] : [`alarm \`${alarm}\``]),
    ...(heartbeat === undefined ? [] : ['the heartbeat fails']),
    ...(status.length === 0 ? [] : [`\`redrill status <cache>\`: ${codes(status)}`]),
  ].join('; ');
}
