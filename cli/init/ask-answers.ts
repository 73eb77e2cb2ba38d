import { defaultRegion } from '../../adapters/aws/default-region.ts';
import { type Answers, problemWith } from '../../core/init/answers.ts';
import { proposeVaultRegion } from '../../core/init/vault-region.ts';
import { AppError } from '../../core/model/errors.ts';
import type { Questions } from '../terminal/questions.ts';
import type { InitOptions } from './options.ts';

type Settled = Answers & { readonly source: string; readonly vault: string };

interface Question {
  readonly field: keyof Answers;
  readonly option: string;
  readonly value: string;
  readonly words: string;
  given(options: InitOptions): string | undefined;
  /** What Enter and `--yes` stand for; undefined if only a person knows. */
  proposed(answers: Answers): Promise<string | undefined> | string | undefined;
}

const SAME_ACCOUNT = 'same';

const QUESTIONS: readonly Question[] = [
  {
    field: 'source',
    option: '--source',
    value: '<region>',
    words: 'Region of the caches',
    given: ({ source }) => source,
    proposed: defaultRegion,
  },
  {
    field: 'vault',
    option: '--vault',
    value: '<region>',
    words: 'Region of the vault, which keeps the copies',
    given: ({ vault }) => vault,
    proposed: ({ source }) => (source === undefined ? undefined : proposeVaultRegion(source)),
  },
  {
    field: 'emails',
    option: '--email',
    value: '<address>',
    words: 'E-mail address for alerts',
    given: ({ email }) => email,
    proposed: () => undefined,
  },
  {
    field: 'vaultAccount',
    option: '--vault-account',
    value: SAME_ACCOUNT,
    words: `Account of the vault: ${SAME_ACCOUNT}, or the 12 digits of another`,
    given: ({ vaultAccount }) => vaultAccount,
    proposed: () => SAME_ACCOUNT,
  },
];

/** Of the caches; asked only if the vault has another account, and the credentials do not say it. */
const ACCOUNT_QUESTION: Question = {
  field: 'account',
  option: '--account',
  value: '<id>',
  words: 'Account of the caches, 12 digits',
  given: ({ account }) => account,
  proposed: () => undefined,
};

/**
 * The answers to the questions of `redrill init`: of the options, of the person, or the defaults.
 * @param questions undefined without a terminal
 * @throws AppError `BadInput` that names the option which is wrong, or every option which is missing
 */
export async function askAnswers(options: InitOptions, questions: Questions | undefined): Promise<Settled> {
  let answers = answersGiven(options);
  const missing = QUESTIONS.filter(({ given }) => given(options) === undefined);
  const lacking: Question[] = [];
  for (const question of missing) {
    const proposed = await allowedProposal(question, answers);
    if (options.yes && proposed !== undefined) answers = withAnswer(answers, question, proposed);
    else if (questions !== undefined)
      answers = await askUntilRight(questions, { question, proposed, answers });
    else lacking.push(question);
  }
  if (lacking.length > 0) throw nobodyToAsk(lacking);
  return answers as Settled;
}

/**
 * The account of the caches, if the vault has another one: policies of both accounts name the other.
 * @param signedIn the account of the credentials, if it is known; that of the vault says nothing about the caches
 */
export async function askAccount(
  answers: Settled,
  {
    questions,
    signedIn,
  }: {
    readonly questions: Questions | undefined;
    readonly signedIn: string | undefined;
  },
): Promise<Settled> {
  const { vaultAccount } = answers;
  if (vaultAccount === undefined) return answers;
  const account = answers.account ?? (signedIn === vaultAccount ? undefined : signedIn);
  if (account === undefined && questions === undefined) throw nobodyToAsk([ACCOUNT_QUESTION]);
  const complete =
    account === undefined && questions !== undefined
      ? await askUntilRight(questions, { question: ACCOUNT_QUESTION, proposed: undefined, answers })
      : { ...answers, account };
  const { account: _same, vaultAccount: _as, ...others } = complete as Settled;
  return complete.account === vaultAccount ? others : (complete as Settled);
}

/** @throws AppError `BadInput` for the first option that the configuration's rules refuse */
function answersGiven(options: InitOptions): Answers {
  const given = [...QUESTIONS, ACCOUNT_QUESTION].filter((question) => question.given(options) !== undefined);
  const answers = given.reduce<Answers>(
    (sofar, question) => withAnswer(sofar, question, question.given(options) ?? ''),
    {},
  );
  for (const { field, option } of given) {
    const problem = problemWith(field, answers);
    if (problem !== undefined) throw new AppError('BadInput', `${option} ${problem}`);
  }
  const [email] = given.filter(({ field }) => field === 'emails' && answers.emails?.length === 0);
  if (email !== undefined)
    throw new AppError('BadInput', `${email.option} is empty; write it as name@example.com`);
  return answers;
}

async function askUntilRight(
  questions: Questions,
  {
    question,
    proposed,
    answers,
  }: {
    readonly question: Question;
    readonly proposed: string | undefined;
    readonly answers: Answers;
  },
): Promise<Answers> {
  for (;;) {
    const typed = await questions.ask(`${question.words}${proposed === undefined ? '' : ` [${proposed}]`}: `);
    const text = typed === '' ? proposed : typed;
    if (text === undefined) continue;
    const answered = withAnswer(answers, question, text);
    const problem = problemWith(question.field, answered);
    if (problem === undefined) return answered;
    questions.say(`  ${problem}`);
  }
}

/** A default that the rules refuse, such as a region of GovCloud in the environment, is none. */
async function allowedProposal(question: Question, answers: Answers): Promise<string | undefined> {
  const proposed = await question.proposed(answers);
  if (proposed === undefined) return undefined;
  return problemWith(question.field, withAnswer(answers, question, proposed)) === undefined
    ? proposed
    : undefined;
}

function withAnswer(answers: Answers, { field }: Question, text: string): Answers {
  if (field === 'emails') return { ...answers, emails: text.split(/[,\s]+/).filter((each) => each !== '') };
  if (field === 'vaultAccount' && text === SAME_ACCOUNT) return { ...answers, vaultAccount: undefined };
  return { ...answers, [field]: text };
}

function nobodyToAsk(lacking: readonly Question[]): AppError {
  const options = lacking.map(({ option, value }) => `${option} ${value}`).join(', ');
  return new AppError('BadInput', `there is no terminal to ask on; add ${options}`);
}
