import { runbookNameOf } from '../contracts/runbooks.ts';
import { vaultKeys } from '../model/keys.ts';
import { type Html, html } from './html.ts';

const FOLDER = vaultKeys.runbooksPrefix.slice(vaultKeys.reportsPrefix.length);

/**
 * @param path of the runbook in the repository
 * @param from the folder of the page, from that of all reports
 */
export function runbookLink(path: string, from: 'reports' | 'cache'): Html {
  const name = runbookNameOf(path);
  return html`<a href="${from === 'cache' ? '../' : ''}${FOLDER}${name}.html">${name}</a>`;
}
