import * as v from 'valibot';
import { MACRO_NAME, MACRO_VERSION } from '../../shared/contract/macro.ts';
import type { Complain } from '../../shared/gateway/choose-gateways.ts';
import type { Fragment } from './fragment.ts';
import type { ParameterValues } from './request.ts';

/** Where a template says which version of the macro it needs. Those of before said nothing. */
const NEEDS = v.object({
  Metadata: v.object({ NatflowAlarms: v.object({ Version: v.number() }) }),
});
const FIRST_VERSION = 1;
const MEND = 'run npm run deploy in the checkout that this template is from';

/** All parameters of the template, also those that the macro does not read. */
const PARAMETERS: ReadonlySet<string> = new Set([
  'AnomalyBand',
  'Athena',
  'CentralBucket',
  'CentralKeyArn',
  'ChatTopic',
  'Collectors',
  'ContinuousSources',
  'DatapointsToAlarm',
  'DigestAfter',
  'DigestHours',
  'DnsNames',
  'DnsServers',
  'DomainBase',
  'EmailAddress',
  'EvaluationPeriods',
  'EventBus',
  'ExporterOptions',
  'FirstLinesWait',
  'FlowLogBucket',
  'FlowLogBucketLegs',
  'FlowLogKeyArn',
  'FlowLogPrefix',
  'FlowLogRetentionDays',
  'FlowRate',
  'GroupBy',
  'KmsKeyArn',
  'LambdaLogRetentionDays',
  'Legs',
  'LogsInsights',
  'MinimumRecordingTime',
  'MonthlyBudget',
  'MonthlyRecordingHours',
  'MonthlyReport',
  'MonthlyReportOf',
  'NatGatewayIds',
  'NatPrice',
  'NetFlowVersion',
  'NumOfRecordings',
  'PermissionsBoundary',
  'RecordingTime',
  'ReportDelay',
  'SamplingPeriod',
  'SecurityGroupIds',
  'SubnetIds',
  'SummaryRetentionDays',
  'Threshold',
]);

/**
 * Reports a template that is newer than this macro: one that asks for a newer version, or has parameters that
 * this version does not know. They would have no effect, and nothing would say so.
 */
export function checkVersion(
  fragment: Fragment,
  parameters: ParameterValues,
  complain: Complain,
): void {
  const needed = neededVersion(fragment);
  if (needed > MACRO_VERSION) {
    complain(
      `the template needs version ${needed} of the macro ${MACRO_NAME}, and version ${MACRO_VERSION} is deployed here: ${MEND}`,
    );
    return;
  }
  const strange = Object.keys(parameters).filter((name) => !PARAMETERS.has(name));
  if (strange.length === 0) return;
  complain(
    `version ${MACRO_VERSION} of the macro ${MACRO_NAME} does not know the parameter ${strange.join(', ')}: ${MEND}`,
  );
}

function neededVersion(fragment: Fragment): number {
  const needs = v.safeParse(NEEDS, fragment);
  return needs.success ? needs.output.Metadata.NatflowAlarms.Version : FIRST_VERSION;
}
