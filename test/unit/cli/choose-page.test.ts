import { describe, expect, it } from 'vitest';
import { runbookNamed } from '../../../cli/open/choose-page.ts';

const TEXTS = { 'node-crashed': '# Node crashed', 'follow-a-runbook': '# Follow a runbook' };

describe('a runbook', () => {
  it.each([
    'node-crashed',
    'node-crashed.md',
    'docs/runbooks/node-crashed.md',
    'docs/runbooks/node-crashed.md#resolution',
    'runbooks/node-crashed.html',
    'reports/_runbooks/node-crashed.html',
  ])('is found as people and alerts write it: %s', (word) =>
    expect(runbookNamed(word, TEXTS)?.key).toBe('reports/_runbooks/node-crashed.html'),
  );

  it.each(['sessions', 'node', 'node-crashed/latest', 'sessions/node-crashed', 'constructor', ''])(
    'is not what %s names',
    (word) => expect(runbookNamed(word, TEXTS)).toBeUndefined(),
  );
});
