import { describe, expect, it } from 'vitest';
import { acceptPoint } from '../../../../core/ingest/accept-point.ts';
import { pointOf } from '../facts.ts';

const ACCEPTANCE = { by: 'ann', at: '2026-11-21T09:00:00.000Z', why: 'the sale is over' };
const SHRUNK = pointOf({ verdict: 'suspect', reasons: [{ code: 'Shrunk', message: 'it holds 1 key' }] });

describe('acceptPoint', () => {
  it('makes a suspect point verified, and keeps why it was suspect and who accepted it', () =>
    expect(acceptPoint(SHRUNK, ACCEPTANCE)).toEqual({
      ...SHRUNK,
      verdict: 'verified',
      accepted: ACCEPTANCE,
    }));

  it.each([
    ['is verified', pointOf(), /is verified; there is nothing to accept$/],
    [
      'is corrupt',
      pointOf({ verdict: 'corrupt', reasons: [{ code: 'ShardMissing', message: 'shard 2 was not copied' }] }),
      /is corrupt \(shard 2 was not copied\); a restore from it fails or returns wrong data$/,
    ],
    [
      'was never read',
      pointOf({ verdict: 'suspect', reasons: [{ code: 'Unsupported', message: 'RDB version 99' }] }),
      /was never read, so its content is unknown$/,
    ],
  ])('refuses what %s', (_what, point, message) =>
    expect(() => acceptPoint(point, ACCEPTANCE)).toThrow(
      expect.objectContaining({ code: 'NotAcceptable', message: expect.stringMatching(message) }),
    ),
  );
});
