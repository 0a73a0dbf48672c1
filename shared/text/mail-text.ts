import { printable } from './printable.ts';

/** SNS: a subject "must be less than 100 characters long". */
const LONGEST_SUBJECT = 99;
const CUT = '...';

/** A mail that follows SNS's rules. */
export interface MailText {
  readonly subject: string;
  readonly body: string;
}

/** A mail of these lines. Line ends within a line are escaped, and the subject follows SNS's rules. */
export function mailText(subject: string, lines: readonly string[]): MailText {
  return { subject: subjectText(subject), body: `${lines.map(printable).join('\n')}\n` };
}

/** SNS takes printable ASCII only, so an arrow becomes `->`, and a name in Japanese question marks. */
function subjectText(text: string): string {
  const ascii = asciiText(text.replaceAll('→', '->'));
  if (ascii.length <= LONGEST_SUBJECT) return ascii;
  return `${ascii.slice(0, LONGEST_SUBJECT - CUT.length)}${CUT}`;
}

/** Printable ASCII, one `?` for every other character. */
export function asciiText(text: string): string {
  return printable(text).replace(/[^\x20-\x7e]/gu, '?');
}
