import { AlarmParameters } from '../stack-parameters.ts';
import { type Complain, readBytes } from './choose-gateways.ts';

/** The stack's parameters that all its gateways' alarms share. */
export interface AlarmRule {
  /** Bytes per minute, whatever the period is. */
  readonly threshold: number;
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  /** Standard deviations. 0: alarms compare with the threshold. */
  readonly anomalyBand: number;
}

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

/**
 * Reads the parameters by their names in the template, for the macro and for the sweep alike. An empty one has its
 * default. A wrong one is reported and replaced by a harmless value, so that all faults are found.
 */
export function readAlarmRule(
  textOf: (name: keyof typeof AlarmParameters) => string,
  complain: Complain,
): AlarmRule {
  const text = (name: keyof typeof AlarmParameters) =>
    textOf(name) || AlarmParameters[name].default;
  const rule: AlarmRule = {
    threshold: readBytes('Threshold', text('Threshold'), complain),
    period: Number(text('SamplingPeriod')),
    evaluationPeriods: Number(text('EvaluationPeriods')),
    datapointsToAlarm: Number(text('DatapointsToAlarm')),
    anomalyBand: Number(text('AnomalyBand')),
  };
  checkAlarm(rule, complain);
  return rule;
}

function checkAlarm(rule: AlarmRule, complain: Complain): void {
  const { period, evaluationPeriods, datapointsToAlarm, anomalyBand } = rule;
  if (!(Number.isInteger(period / MINUTE_S) && period > 0)) {
    complain(
      `SamplingPeriod ${period} is not a multiple of 60: NAT gateways are metered every 60 seconds`,
    );
  }
  if (!(Number.isInteger(evaluationPeriods) && evaluationPeriods > 0)) {
    complain(`EvaluationPeriods ${evaluationPeriods} is not a whole number from 1`);
  } else if (!(Number.isInteger(datapointsToAlarm) && datapointsToAlarm > 0)) {
    complain(`DatapointsToAlarm ${datapointsToAlarm} is not a whole number from 1`);
  } else if (datapointsToAlarm > evaluationPeriods) {
    complain(
      `DatapointsToAlarm ${datapointsToAlarm} is more than EvaluationPeriods ${evaluationPeriods}, so there would never be an alarm`,
    );
  }
  const [most, limit] = period < HOUR_S ? [DAY_S, 'a day'] : [7 * DAY_S, '7 days'];
  if (period * evaluationPeriods > most) {
    complain(
      `SamplingPeriod ${period} times EvaluationPeriods ${evaluationPeriods} is more than ${limit}, the most CloudWatch takes`,
    );
  }
  if (!(anomalyBand >= 0)) complain(`AnomalyBand ${anomalyBand} is not a number from 0`);
}
