import { expect, it } from 'vitest';
import { leftoversLookedFor, noticesOfLeftovers } from '../../../../core/watch/leftover-notices.ts';

const id = 'redrill-drill-sessions-202611210230';
const cluster = {
  id,
  arn: 'a',
  status: 'available',
  createdAt: undefined,
  nodeType: undefined,
  endpoint: undefined,
};
const swept = { cluster, ageSeconds: 18_000, cache: 'sessions' };

it('names the cluster, its age and what is done', () => {
  expect(noticesOfLeftovers([swept, { ...swept, ageSeconds: 17_999 }])).toEqual([
    {
      fault: `${id}: drill cluster left behind`,
      parts: [],
      alert: {
        next: 'aws elasticache describe-replication-groups --region <region>',
        code: 'DrillLeftOver',
        severity: 'ticket',
        cache: id,
        subject: `[Redrill] ${id}: drill cluster left behind`,
        text: `The drill cluster ${id} still exists 5 h 00 min after its creation, although Redrill tries to delete it every 15 minutes.
Until it is deleted, it costs money, and further drills of its cache fail (DrillLeftOver). Check its status and events, and delete it.
Runbook: docs/runbooks/drill-failed.md`,
      },
    },
  ]);
});

it('is over only when the cluster is not listed any more', () => {
  const [notice] = noticesOfLeftovers([swept]);
  expect(leftoversLookedFor([cluster])(notice?.fault ?? '')).toBe(false);
  expect(leftoversLookedFor([])(notice?.fault ?? '')).toBe(true);
});
