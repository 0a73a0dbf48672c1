import type { EndedRecording } from '../../shared/report/recording.ts';
import { type Place, type Text, writeMail } from './mails.ts';
import { factMetrics, metricLine } from './metrics.ts';
import { reportRequest } from './report-request.ts';
import type { Fact, Watch } from './watch.ts';

/** Whom a fact is told to. */
interface Listeners {
  readonly mail: (text: Text) => Promise<void>;
  /** Has the reporter report on the recording at that time (Unix ms); the same order again replaces itself. */
  readonly order: (reporter: string, at: number, recording: EndedRecording) => Promise<void>;
  readonly write: (line: string) => void;
}

interface TellSettings extends Place {
  readonly report?: { readonly arn: string; readonly delay: number } | undefined;
}

/** Tells a fact by mail and as metrics. The report that a mail promises is ordered before. */
export async function tell(
  fact: Fact,
  watch: Watch,
  settings: TellSettings,
  { mail, order, write }: Listeners,
): Promise<void> {
  const { report, stack } = settings;
  const request = report && reportRequest(fact, watch, report.delay);
  if (report && request) await order(report.arn, request.at, request.recording);
  await mail(writeMail(fact, watch, settings));
  write(metricLine(stack, watch.gatewayId, factMetrics(fact)));
}
