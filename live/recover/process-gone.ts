import { AppError } from '../../core/model/errors.ts';

/** The process that was written into is not there any more: it died, or was restarted. */
export class ProcessGone extends AppError {
  constructor(message: string, cause?: unknown) {
    super('TargetChanged', message, { cause });
  }

  /** Another process answers in its place. */
  static replaced(name: string): ProcessGone {
    return new ProcessGone(
      `${name} is another process than the one that was written into (it was restarted, or has failed over), and may have lost what that one had taken`,
    );
  }
}
