import type { FlowLine } from '../../shared/collector/flow-line.ts';
import type { DeliveryReport } from '../../shared/contract/delivery-report.ts';
import type { Report } from '../../shared/report/model/report.ts';

/** The files of a report, as names in the out folder. */
export type ReportFiles = Readonly<Record<'html' | 'json' | 'picture' | 'mail', string>>;

/** A report and its files. */
export interface StoryReport {
  /** The id of its recording. */
  readonly id: string;
  readonly report: Report;
  readonly files: ReportFiles;
}

/** Something that happens in a story; `at` in Unix milliseconds of the story's time. */
export type StoryEvent = { readonly at: number } & (
  | {
      readonly kind: 'metered';
      readonly gatewayId: string;
      readonly bytes: number;
      /** Of its alarm; none before it has one. */
      readonly state: 'OK' | 'ALARM' | 'none';
      readonly changed: boolean;
    }
  | {
      readonly kind: 'account';
      readonly gatewayId: string;
      readonly name: string;
      readonly change: 'creates' | 'deletes';
    }
  | { readonly kind: 'alarm'; readonly name: string; readonly change: 'makes' | 'removes' }
  | {
      readonly kind: 'created';
      readonly gatewayId: string;
      readonly flowLogId: string;
      readonly interval: number;
      readonly trafficType: string;
      readonly fields: number;
    }
  | { readonly kind: 'deleted'; readonly gatewayId: string; readonly flowLogId: string }
  | {
      readonly kind: 'timer';
      readonly wakes: 'controller' | 'reporter';
      readonly gatewayId: string;
    }
  | { readonly kind: 'mail'; readonly subject: string; readonly file: string }
  | {
      readonly kind: 'delivery';
      readonly number: number;
      readonly report: DeliveryReport;
      readonly isContinuous: boolean;
    }
  | { readonly kind: 'archived'; readonly file: string; readonly bytes: number }
  | { readonly kind: 'collector-down' }
  | { readonly kind: 'flows'; readonly flows: readonly FlowLine[] }
  | ({ readonly kind: 'reported' } & StoryReport)
  | { readonly kind: 'skipped'; readonly until: number }
  | { readonly kind: 'trouble'; readonly message: string }
);

/** Called with each event, in the order in which they happen. */
export type OnEvent = (event: StoryEvent) => void;
