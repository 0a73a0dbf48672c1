import * as v from 'valibot';
import { isClaimed } from '../../shared/notification/claim.ts';
import type { Message } from '../../shared/notification/message.ts';
import { optionalMember } from '../../shared/read-shape.ts';
import type { ReadSummaries } from '../../shared/report/model/month.ts';
import {
  type MonthReport,
  monthAt,
  monthBefore,
  monthReport,
} from '../../shared/report/model/month.ts';
import { monthMail } from '../../shared/report/render/month-mail.ts';
import { monthLines } from '../../shared/report/render/month-text.ts';
import { loadItem, readStored, type StateItem } from '../../shared/state-item.ts';
import type { MailCommand } from '../../shared/text/mail-text.ts';
import { jsonText, printable } from '../../shared/text/printable.ts';

/** Whether the mail about a month was sent, and when an invocation last took it on itself. Unix milliseconds. */
export interface MonthMail {
  readonly claimedAt: number;
  readonly sentAt?: number | undefined;
}

/** A month's report as files. */
export type MonthFiles = Readonly<Record<'json' | 'txt', string>>;

/** The calls to the outside for a month's report. */
export interface MonthPorts {
  /** The summaries of a month, and where they were read if that is not the archive, `s3://bucket/prefix`. */
  readonly summariesIn: (month: string) => Promise<ReadSummaries>;
  readonly summariesFrom: string | undefined;
  /** Stores the report in the archive, and returns commands that copy it. */
  readonly storeMonth: (month: string, files: MonthFiles) => Promise<readonly MailCommand[]>;
  readonly monthMail: (month: string) => StateItem<MonthMail>;
  readonly notify: (id: string, message: Message) => Promise<void>;
  readonly now: () => number;
}

const UNCLAIMED: MonthMail = { claimedAt: 0 };
const STORED = v.object({
  claimedAt: v.fallback(v.number(), UNCLAIMED.claimedAt),
  sentAt: optionalMember(v.number()),
});

/** The text form of the state of a month's mail, for its item. */
export const MONTH_MAIL_CODEC = {
  read: (text: string): MonthMail => readStored(STORED, text, UNCLAIMED),
  write: (state: MonthMail): string => JSON.stringify({ schema: 1, ...state }),
};

/**
 * Makes the report of a month, the one before this unless another is asked for, stores it and mails it: once for a
 * month that is over, each time for one that is not. A month without a recording is not mailed.
 * @throws RangeError for a month that has not begun; Error when the summaries cannot be listed, or another invocation
 * has just begun to send the mail.
 */
export async function reportMonth(
  asked: string | undefined,
  ports: MonthPorts,
): Promise<{ readonly month: MonthReport; readonly mailed: boolean }> {
  const now = ports.now();
  const month = asked ?? monthBefore(now);
  if (month > monthAt(now)) throw new RangeError(`${month} has not begun`);
  const read = await ports.summariesIn(month);
  const report = monthReport(read, { month, now, from: ports.summariesFrom });
  const commands = await ports.storeMonth(month, {
    json: `${jsonText(report)}\n`,
    txt: `${monthLines(report).map(printable).join('\n')}\n`,
  });
  if (read.summaries.length + read.unread.length + read.newer === 0) {
    return { month: report, mailed: false };
  }
  const message = monthMessage(report, commands, now);
  const send = () => ports.notify(message.id, message);
  if (report.isPartial) {
    await send();
    return { month: report, mailed: true };
  }
  return { month: report, mailed: await sendOnce(month, send, ports) };
}

/** The message about a month. While the month goes on, each is another one. */
export function monthMessage(
  report: MonthReport,
  commands: readonly MailCommand[],
  at: number,
): Message {
  const { month, isPartial, from, accounts, counted, seconds, bytes, dollars } = report;
  const { savings, natflow, missing, unpriced } = report;
  const id = `month-${month}`;
  return {
    fact: 'month-reported',
    ...{ id: isPartial ? `${id}-until-${at}` : id, at, gateways: [], thread: id },
    parts: monthMail(report, commands).parts,
    detail: {
      ...{ month, isPartial, ...(from !== undefined && { from }), accounts },
      ...{ recordings: counted, withoutReport: missing.withoutReport.length, seconds, bytes },
      ...{ cost: dollars, unpriced, savings, natflowCost: natflow.delivery + natflow.standing },
    },
  };
}

/** Sends the mail unless it was sent; resolves with whether it did. */
async function sendOnce(
  month: string,
  send: () => Promise<void>,
  ports: MonthPorts,
): Promise<boolean> {
  const mail = ports.monthMail(month);
  const { state, version } = await loadItem(mail, UNCLAIMED);
  if (state.sentAt !== undefined) return false;
  const now = ports.now();
  if (isClaimed(state, now) || !(await mail.save({ claimedAt: now }, version))) {
    throw new Error(`another invocation is sending the mail about ${month}`);
  }
  await send();
  await mail.save({ claimedAt: now, sentAt: ports.now() }, version + 1);
  return true;
}
