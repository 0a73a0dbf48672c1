import { printable } from './printable.ts';

/**
 * SNS: a subject must be "less than 100 characters long". Only ASCII is sent, because AWS's documents differ on the
 * rest: the API reference allows UTF-8, and Amazon Managed Service for Prometheus replaces a subject that has any.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const LONGEST_SUBJECT = 99;
const CUT = '...';

const COMMANDS_HEAD = 'Commands for AWS CloudShell, or a shell with the AWS CLI (version 1 or 2):';

/** What a mail says, in the order in which it is read on a telephone. */
export interface MailParts {
  /** The amount and who, within the first forty characters. */
  readonly subject: string;
  /** What to do, in one sentence: a telephone shows it below the subject. */
  readonly lead: string;
  /** A line each. */
  readonly facts: readonly string[];
  /** A line each, after the facts. */
  readonly links?: readonly Link[];
  readonly commands: readonly MailCommand[];
}

/** An address that opens in a browser, and what it shows. */
export interface Link {
  readonly text: string;
  readonly url: string;
}

/** A command that works as it stands, and what it is for. */
export interface MailCommand {
  readonly purpose: string;
  readonly line: string;
}

/** A mail that follows SNS's rules. */
export interface MailText {
  readonly subject: string;
  readonly body: string;
  /** What it was written from, for other forms of the same message. */
  readonly parts: MailParts;
}

/** The mail as text. Line ends within a part are escaped, and each command has a line of its own. */
export function mailText(parts: MailParts): MailText {
  const { subject, lead, facts, links = [], commands } = parts;
  const linkLines = links.map(({ text, url }) => `${text}: ${url}`);
  const lines = [lead, ...facts, ...linkLines, ...commandLines(commands)];
  return { subject: subjectText(subject), body: `${lines.map(printable).join('\n')}\n`, parts };
}

function commandLines(commands: readonly MailCommand[]): string[] {
  if (commands.length === 0) return [];
  return ['', COMMANDS_HEAD, ...commands.flatMap(({ purpose, line }) => [`${purpose}:`, line])];
}

function subjectText(text: string): string {
  const ascii = asciiText(text);
  if (ascii.length <= LONGEST_SUBJECT) return ascii;
  return `${ascii.slice(0, LONGEST_SUBJECT - CUT.length)}${CUT}`;
}

/** Printable ASCII: `->` for an arrow, three dots for an ellipsis, one `?` for every other character. */
export function asciiText(text: string): string {
  return printable(text)
    .replaceAll('→', '->')
    .replaceAll('…', '...')
    .replace(/[^\x20-\x7e]/gu, '?');
}
