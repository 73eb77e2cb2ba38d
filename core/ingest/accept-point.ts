import type { Acceptance, RecoveryPoint } from '../contracts/recovery-point.ts';
import { AppError } from '../model/errors.ts';
import { readableSlot } from '../model/slot.ts';
import { UNSUPPORTED } from './assess-content.ts';

/**
 * The record of a suspect point that a person says is right: it counts as verified from then on, and the content gate
 * measures later points against it and not against older ones.
 *
 * @throws AppError `NotAcceptable` for what is corrupt, or was never read: no person can see what is in it
 */
export function acceptPoint(point: RecoveryPoint, acceptance: Acceptance): RecoveryPoint {
  const { cache, slot, verdict, reasons } = point;
  const which = `the recovery point of ${cache} of ${readableSlot(slot)}`;
  if (verdict === 'verified')
    throw new AppError('NotAcceptable', `${which} is verified; there is nothing to accept`);
  if (verdict === 'corrupt')
    throw new AppError(
      'NotAcceptable',
      `${which} is corrupt (${reasons.map(({ message }) => message).join('; ')}); a restore from it fails or returns wrong data`,
    );
  if (reasons.some(({ code }) => code === UNSUPPORTED))
    throw new AppError('NotAcceptable', `${which} was never read, so its content is unknown`);
  return { ...point, verdict: 'verified', accepted: acceptance };
}
