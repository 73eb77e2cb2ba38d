import { QUESTIONS } from '@redrill/local-aws/readings';
import { ASSUMPTIONS, REFUSED_TOGETHER } from '../../core/contracts/assumptions.ts';
import { table } from './table.ts';

/** docs/assumptions.md: the questions of the local AWS, joined with what Redrill does under each answer. */
export function assumptionBlocks(): Readonly<Record<string, string>> {
  const rows = Object.entries(QUESTIONS).map(([id, { asks, documented, readings, usual }]) => {
    const { how, refuses, settledBy } = ASSUMPTIONS[id] ?? { how: '', refuses: {}, settledBy: '' };
    const answers = Object.entries(readings).map(([name, says]) => {
      const refused = refuses[name] === undefined ? '' : ` (refused: \`${refuses[name]}\`)`;
      return `\`${name}\`${name === usual ? ', the default' : ''}: ${says}${refused}`;
    });
    return [`\`${id}\`: ${asks}`, documented, answers.join('<br>'), how, settledBy];
  });
  const head = ['question', 'what is documented', 'possible answers', 'what Redrill does', 'how to find out'];
  const pairs = REFUSED_TOGETHER.map(({ answers, code }) => [
    Object.entries(answers)
      .map(([id, reading]) => `\`${id}\` is \`${reading}\``)
      .join(' and '),
    `\`${code}\``,
  ]);
  return {
    assumptions: table(head, rows),
    'refused-together': table(['answers that apply together', 'what Redrill reports'], pairs),
  };
}
