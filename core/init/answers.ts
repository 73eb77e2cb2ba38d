import { fitConfig } from '../contracts/parse-config.ts';

/** What `redrill init` is told; what is undefined is not known yet, or the default. */
export interface Answers {
  readonly source?: string | undefined;
  readonly vault?: string | undefined;
  readonly emails?: readonly string[] | undefined;
  /** Undefined if the vault is in the account of the caches. */
  readonly vaultAccount?: string | undefined;
  /** Of the caches; the configuration needs it if the vault has another one. */
  readonly account?: string | undefined;
}

/** Where the configuration has each answer. */
const PLACES: Readonly<Record<keyof Answers, string>> = {
  source: 'source.region',
  vault: 'vault.region',
  emails: 'alerts.emails',
  vaultAccount: 'vault.account',
  account: 'account',
};

/** Two regions that are allowed: while one region is not known yet, it is either that the other is not. */
const REGIONS = ['eu-west-1', 'eu-central-1'] as const;

/** The fields of a configuration that the answers fill. */
export function configOf({ source, vault, emails, vaultAccount, account }: Answers) {
  const another = (region: string | undefined) => (region === REGIONS[0] ? REGIONS[1] : REGIONS[0]);
  return {
    ...(account !== undefined && { account }),
    source: { region: source ?? another(vault) },
    vault: { region: vault ?? another(source), ...(vaultAccount !== undefined && { account: vaultAccount }) },
    plans: {},
    alerts: { emails: [...(emails ?? [])] },
  };
}

/**
 * What the configuration's own rules say against an answer, beside the answers that are known: the wrong value, and the fix.
 * Undefined if they allow it.
 */
export function problemWith(field: keyof Answers, answers: Answers): string | undefined {
  const fitted = fitConfig(configOf(answers));
  if (fitted.fits) return undefined;
  const place = PLACES[field];
  const problem = fitted.problems.find(
    (each) => each.startsWith(`${place}:`) || each.startsWith(`${place}.`),
  );
  return problem?.slice(problem.indexOf(': ') + 2);
}
