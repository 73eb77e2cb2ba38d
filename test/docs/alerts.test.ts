import { expect, test } from 'vitest';
import { ALERTS } from '../../core/alerts/registry.ts';
import { CANARY_CODE } from '../../core/contracts/resources.ts';
import { read, tracked } from './markdown.ts';

/** What makes notices of what the watches have seen. */
const causes = tracked('core/watch/*.ts').map(read);

test.each(Object.keys(ALERTS).filter((code) => code !== CANARY_CODE))(
  '%s, which docs/alerts.md lists, is what some watch alerts on',
  (code) => {
    expect(causes.filter((text) => text.includes('noticeOf(') && text.includes(`'${code}'`))).toHaveLength(1);
  },
);
