import { parseDocument } from 'yaml';
import { NotModelledError, ServiceError } from '../model/service.ts';
import type { parseTemplate } from './template.ts';

/**
 * A template as a call carries it: YAML, which JSON is, too.
 * @throws ServiceError `ValidationError` for what is neither
 * @throws NotModelledError for the short forms of functions, such as `!Sub`
 */
export function readTemplateText(body: string): Parameters<typeof parseTemplate>[0] {
  const document = parseDocument(body, { version: '1.1', logLevel: 'silent' });
  const [problem] = document.errors;
  if (problem !== undefined)
    throw new ServiceError('ValidationError', `Template format error: ${problem.message}`);
  const [tag] = document.warnings;
  if (tag !== undefined) throw new NotModelledError(`in a template: ${tag.message}`);
  const raw: unknown = document.toJS();
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return { ...raw };
  throw new ServiceError('ValidationError', 'Template format error: unsupported structure.');
}
