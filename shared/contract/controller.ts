import * as v from 'valibot';
import { isNatGatewayId } from '../gateway/nat-gateway.ts';
import { readShape } from '../read-shape.ts';
import { RecordingTime } from '../stack-parameters.ts';
import { BUDGET } from './budget.ts';
import { FINDING } from './doctor.ts';

/** A manual recording may last up to the limit of RecordingTime. */
const MOST_MINUTES = RecordingTime.maximum / 60;

const GATEWAY_ID = v.pipe(v.string(), v.check(isNatGatewayId, 'an id like nat-0123456789abcdef0'));
const MINUTES = v.pipe(
  v.number(),
  v.check(
    (minutes) => minutes > 0 && minutes <= MOST_MINUTES,
    `a number above 0 and up to ${MOST_MINUTES}`,
  ),
);

const COMMAND = v.variant('command', [
  v.object({ command: v.literal('sweep') }),
  v.object({ command: v.literal('list') }),
  v.object({ command: v.literal('doctor') }),
  v.object({ command: v.literal('budget') }),
  v.object({ command: v.literal('reset-budget') }),
  v.object({ command: v.literal('start'), gatewayId: GATEWAY_ID, minutes: v.optional(MINUTES) }),
  v.object({ command: v.literal('stop'), gatewayId: GATEWAY_ID }),
  v.object({ command: v.literal('reset'), gatewayId: GATEWAY_ID }),
  v.object({ command: v.literal('timer'), gatewayId: GATEWAY_ID, recordingId: v.string() }),
]);

/** A command to the controller: manual, of the sweep, or of a recording's schedule. */
export type ControllerCommand = v.InferOutput<typeof COMMAND>;

/** Other members, such as the ids of its flow logs, are passed on as they are. */
const RECORDING = v.looseObject({
  id: v.string(),
  phase: v.string(),
  cause: v.string(),
  startedAt: v.optional(v.number()),
  deadline: v.optional(v.number()),
  endedAt: v.optional(v.number()),
});

const GATEWAY = v.looseObject({
  gatewayId: v.string(),
  name: v.optional(v.string()),
  /** The current recording. */
  recording: v.optional(RECORDING),
  /** The latest recording that has ended. */
  last: v.optional(RECORDING),
  /** Recordings since the last reset. */
  counted: v.number(),
  /** NumOfRecordings; 0: no limit. */
  cap: v.number(),
});

const ANSWER = v.object({
  gateways: v.array(GATEWAY),
  /** Why a command was not carried out. */
  refused: v.optional(v.string()),
  /** Why an event was not handled. */
  ignored: v.optional(v.string()),
  /** How the budget stands, if the stack has one: of `list`, `budget` and `reset-budget`. */
  budget: v.optional(BUDGET),
  /** What `doctor` found. */
  findings: v.optional(v.array(FINDING)),
});

/** The controller's answer. Times are Unix milliseconds. */
export type ControllerAnswer = v.InferOutput<typeof ANSWER>;

/** One gateway in the controller's answer. */
export type GatewayAnswer = v.InferOutput<typeof GATEWAY>;

/** Checks a command. @throws ShapeError naming the first member that is wrong. */
export function readControllerCommand(value: unknown): ControllerCommand {
  return readShape(COMMAND, value, 'request');
}

/** Checks an answer. @throws ShapeError naming the first member that is wrong. */
export function readControllerAnswer(value: unknown): ControllerAnswer {
  return readShape(ANSWER, value, "the controller's answer");
}
