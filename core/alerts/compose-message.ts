import { openRunbook, type RunbookPlace, runbookUrlOf } from '../contracts/runbooks.ts';
import type { Alert } from '../ports.ts';
import { endOfCanary } from './compose-canary.ts';
import { kindOf } from './kind.ts';

/** The forms in which an alert is sent: the one place that knows how people receive them. */

export interface MessageOptions extends RunbookPlace {
  /** Region of the topics. */
  readonly region: string;
}

const RUNBOOK = /^Runbook: docs\/runbooks\/(\S+)$/;

/** "less than 100 characters": https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (checked 2026-11-21) */
const SUBJECT_MAX_CHARACTERS = 99;

/** Of an e-mail: "ASCII text", says the same page, and nothing that breaks the line. */
export function subjectOf({ subject }: Pick<Alert, 'subject'>): string {
  return subject
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[–—]/g, '-')
    .replaceAll('…', '...')
    .replace(/[^ -~]/g, '?')
    .slice(0, SUBJECT_MAX_CHARACTERS);
}

/** The text for e-mail and the like: with the address of the runbook, and the command that shows it without one. */
export function emailTextOf({ text }: Alert, options: MessageOptions): string {
  return text.replaceAll(
    new RegExp(RUNBOOK, 'gm'),
    (_line, file: string) => `Runbook: ${runbookUrlOf(file, options)}\nOffline: ${openRunbook(file)}`,
  );
}

/** The addresses of the runbooks of a message. */
export function runbooksOf({ text }: Pick<Alert, 'text'>, options: MessageOptions): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [, file] = RUNBOOK.exec(line) ?? [];
    return file === undefined ? [] : [runbookUrlOf(file, options)];
  });
}

/** The problem that a message is about: the same in the first message, in its reminders and in its resolution. */
export const faultOfAlert = ({ thread, code, cache }: Alert): string => thread ?? `${code} ${cache}`;

/**
 * Longest description, characters. AWS publishes no limit; Slack takes 3,000 in a section of a message
 * (https://docs.slack.dev/reference/block-kit/blocks/section-block, checked 2026-11-22).
 */
const DESCRIPTION_CHARACTERS = 2_500;
/** Longest command that is shown; those that hold a whole document are in the e-mail. */
const COMMAND_CHARACTERS = 300;

/** The messages for chat, in this order: a test message is followed by one in its thread that says that it is over. */
export function chatMessagesOf(alert: Alert, options: MessageOptions): readonly object[] {
  const messages = kindOf(alert) === 'test' ? [alert, endOfCanary(alert)] : [alert];
  return messages.map((each) => chatMessageOf(each, options));
}

/**
 * Amazon Q Developer in chat applications shows AWS's own events and this form, and drops everything else without a word.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html (checked 2026-11-22)
 */
export function chatMessageOf(alert: Alert, options: MessageOptions): object {
  const { code, severity, cache, subject, ended } = alert;
  const description = descriptionOf(alert);
  const nextSteps = nextStepsOf(alert, options);
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: subject.replace(/^\[Redrill\] /, 'Redrill: '),
      description,
      ...(nextSteps.length === 0 ? {} : { nextSteps }),
      keywords: [ended === undefined ? kindOf(alert) : 'resolved', ended?.code ?? code, options.region],
    },
    metadata: {
      threadId: `${threadOf(alert)} (${options.region})`,
      summary: subject,
      eventType: code,
      additionalContext: { severity, cache, region: options.region },
    },
  };
}

/** A thread for each fault. Each test message has one of its own: in the thread of the first one people would not see it. */
function threadOf(alert: Alert): string {
  const fault = faultOfAlert(alert);
  return kindOf(alert) === 'test' ? `${fault} ${alert.occurrence}` : fault;
}

/** The next command, and the runbook; a test message that arrives asks for nothing. */
function nextStepsOf(alert: Alert, options: MessageOptions): readonly string[] {
  const { next } = alert;
  if (kindOf(alert) === 'test') return [];
  return [
    ...(next === undefined ? [] : [`Run: ${commandOf(nextIn(next, options.region))}`]),
    ...runbooksOf(alert, options).map((runbook) => `Follow the runbook: ${runbook}`),
  ];
}

/** The region that the registry leaves open in a command is the region that sends the alert. */
export const nextIn = (next: string, region: string): string => next.replaceAll('<region>', region);

/** The text without its runbook, which is a next step. */
function descriptionOf({ text }: Alert): string {
  return shortened(inMarkdown(text.split('\n').filter((line) => !RUNBOOK.test(line))));
}

/** What a message indents, commands above all, becomes a block of code. */
function inMarkdown(lines: readonly string[]): string {
  const blocks: { readonly code: boolean; readonly lines: string[] }[] = [];
  for (const line of lines) {
    const code = line.startsWith('  ');
    const shown = code ? commandOf(line.slice(2)) : line;
    const last = blocks.at(-1);
    if (last?.code === code) last.lines.push(shown);
    else blocks.push({ code, lines: [shown] });
  }
  return blocks
    .map(({ code, lines: of }) => (code ? `\`\`\`\n${of.join('\n')}\n\`\`\`` : of.join('\n')))
    .join('\n')
    .trim();
}

function commandOf(line: string): string {
  if (line.length <= COMMAND_CHARACTERS) return line;
  return `${line.slice(0, COMMAND_CHARACTERS)}… (the e-mail has the whole command)`;
}

/** Cut at the end of a line, with the block of code closed that the cut opens. */
function shortened(text: string): string {
  if (text.length <= DESCRIPTION_CHARACTERS) return text;
  const cut = text.slice(0, text.lastIndexOf('\n', DESCRIPTION_CHARACTERS));
  const open = cut.split('```').length % 2 === 0;
  return `${cut}${open ? '\n```' : ''}\n… The e-mail has the rest.`;
}
