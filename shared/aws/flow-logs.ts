import {
  CreateFlowLogsCommand,
  type CreateFlowLogsCommandInput,
  DeleteFlowLogsCommand,
  type EC2Client,
  type FlowLog,
  paginateDescribeFlowLogs,
  type UnsuccessfulItem,
} from '@aws-sdk/client-ec2';
import { errorAbout } from '../error-about.ts';
import { type FlowLogTarget, isNatGatewayId } from '../gateway/nat-gateway.ts';
import {
  destinations,
  type FlowLogSettings,
  GATEWAY_TAG,
  type OurRecording,
  RECORDING_TAG,
  request,
  STACK_TAG,
  TO_STREAM,
} from './flow-log-request.ts';
import { calling, collecting, isNamed, Refusal } from './refusal.ts';

/** A flow log with natflow's tags. Times are Unix milliseconds. */
export interface OurFlowLog {
  readonly id: string;
  readonly gatewayId: string;
  readonly recordingId: string;
  readonly createdAt: number;
  readonly destinationType: string | undefined;
  /** Of a flow log to the stream; absent until AWS says something, which it does after the first delivery. */
  readonly delivery: FlowLogDelivery | undefined;
  /** Why AWS cannot deliver its lines, whatever its destination. */
  readonly undelivered: string | undefined;
}

/** DeliverLogsStatus and DeliverLogsErrorMessage. */
interface FlowLogDelivery {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly error: string | undefined;
}

/** The flow logs of one stack, found by its tag. Other flow logs are never changed. */
export function flowLogs(client: EC2Client, settings: FlowLogSettings) {
  return {
    /** The stack's flow logs of one gateway, or of all. */
    async list(gatewayId?: string): Promise<OurFlowLog[]> {
      return await list(client, settings.stack, gatewayId);
    },

    /**
     * Creates the flow logs of a recording and returns their ids. A repeated call returns the same ids.
     * @throws Refusal with AWS's reason when one of them cannot be created; the others are deleted by then.
     */
    async create(recording: OurRecording, target: FlowLogTarget): Promise<string[]> {
      const ids: string[] = [];
      try {
        for (const destination of destinations(settings)) {
          const input = request(settings, recording, target, destination);
          const made = await create(client, settings.stack, recording, input);
          ids.push(...made.ids);
          if (made.refusal !== undefined) throw made.refusal;
        }
      } catch (error) {
        if (error instanceof Refusal) await withdraw(client, ids, error);
        throw error;
      }
      return ids;
    },

    /**
     * Asks EC2 whether it would create the flow logs of a recording. A dry run checks permissions, and no
     * destination.
     * @throws Error with EC2's reason when it would not.
     */
    async dryRun(gatewayId: string, target: FlowLogTarget): Promise<void> {
      for (const destination of destinations(settings)) {
        const { ClientToken: _, ...input } = request(
          settings,
          { id: 'doctor', gatewayId },
          target,
          destination,
        );
        await dryRun(client, input);
      }
    },

    /**
     * Deletes flow logs. One that does not exist counts as deleted.
     * @throws Error when one could not be deleted, after all the others were tried.
     */
    async delete(ids: readonly string[]): Promise<void> {
      await deleteAll(client, ids);
    },
  };
}

/** EC2 answers a dry run that it would carry out with this error. */
const WOULD_SUCCEED = 'DryRunOperation';

async function dryRun(client: EC2Client, input: CreateFlowLogsCommandInput): Promise<void> {
  try {
    const command = new CreateFlowLogsCommand({ ...input, DryRun: true });
    await calling('ec2:CreateFlowLogs', client.send(command));
  } catch (error) {
    if (!isNamed(error, WOULD_SUCCEED)) throw error;
  }
}

async function list(client: EC2Client, stack: string, gatewayId?: string): Promise<OurFlowLog[]> {
  const filters = {
    [STACK_TAG]: stack,
    ...(gatewayId !== undefined && { [GATEWAY_TAG]: gatewayId }),
  };
  const Filter = Object.entries(filters).map(([tag, value]) => ({
    Name: `tag:${tag}`,
    Values: [value],
  }));
  const pages = paginateDescribeFlowLogs({ client }, { Filter });
  const found = await collecting('ec2:DescribeFlowLogs', pages, ({ FlowLogs }) => FlowLogs);
  // Tags can be copied, removed or forged. A flow log without a gateway's id is left alone.
  return found.map(ours).filter((flowLog) => isNatGatewayId(flowLog.gatewayId));
}

/**
 * Deletes what was created before a refusal, which says that nothing changed. Listing the flow logs of the
 * recording may not show them yet.
 * @throws Error, and no Refusal, when one of them could not be deleted.
 */
async function withdraw(
  client: EC2Client,
  ids: readonly string[],
  { message }: Refusal,
): Promise<void> {
  try {
    await deleteAll(client, ids);
  } catch (error) {
    throw errorAbout(`${message}; ${ids.join(', ')} was created and not deleted`, error);
  }
}

async function deleteAll(client: EC2Client, ids: readonly string[]): Promise<void> {
  // One request each: whether an unknown id fails the others in a request is not documented.
  const ends = await Promise.allSettled(ids.map((id) => deleteOne(client, id)));
  const failed = ends.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

async function deleteOne(client: EC2Client, id: string): Promise<void> {
  const action = 'ec2:DeleteFlowLogs';
  try {
    const command = new DeleteFlowLogsCommand({ FlowLogIds: [id] });
    const { Unsuccessful = [] } = await calling(action, client.send(command));
    const [failure] = Unsuccessful;
    if (failure !== undefined && failure.Error?.Code !== NOT_FOUND) throw refusal(action, failure);
  } catch (error) {
    if (!isNamed(error, NOT_FOUND)) throw error;
  }
}

const NOT_FOUND = 'InvalidFlowLogId.NotFound';

async function create(
  client: EC2Client,
  stack: string,
  recording: OurRecording,
  input: CreateFlowLogsCommandInput,
): Promise<{ readonly ids: readonly string[]; readonly refusal?: Refusal }> {
  const action = 'ec2:CreateFlowLogs';
  try {
    const answer = await calling(action, client.send(new CreateFlowLogsCommand(input)));
    // A 200 response may list failures. These resources have no flow log, all others have one.
    const { FlowLogIds: made = [], Unsuccessful: failures = [] } = answer;
    const failure = failures.find(({ Error: error }) => error?.Code !== EXISTS) ?? failures[0];
    if (failure === undefined) return { ids: made };
    if (failure.Error?.Code !== EXISTS) return { ids: made, refusal: refusal(action, failure) };
    const same = await listSame(client, stack, recording, input);
    if (same.length === 0) return { ids: made, refusal: refusal(action, failure) };
    return { ids: [...new Set([...made, ...same])] };
  } catch (error) {
    if (!isNamed(error, EXISTS)) throw error;
    const same = await listSame(client, stack, recording, input);
    if (same.length === 0) throw error;
    return { ids: same };
  }
}

/** Whether EC2 says it as an error or of one of the resources is not documented: both mean the same. */
const EXISTS = 'FlowLogAlreadyExists';

/** The flow logs of the same recording to the same destination, made by an earlier request. */
async function listSame(
  client: EC2Client,
  stack: string,
  recording: OurRecording,
  { LogDestinationType }: CreateFlowLogsCommandInput,
): Promise<string[]> {
  const existing = await list(client, stack, recording.gatewayId);
  return existing
    .filter(
      ({ recordingId, destinationType }) =>
        recordingId === recording.id && destinationType === LogDestinationType,
    )
    .map(({ id }) => id);
}

function ours(flowLog: FlowLog): OurFlowLog {
  const { FlowLogId = '', CreationTime, LogDestinationType, Tags = [] } = flowLog;
  const tag = (key: string) => Tags.find(({ Key }) => Key === key)?.Value ?? '';
  return {
    id: FlowLogId,
    gatewayId: tag(GATEWAY_TAG),
    recordingId: tag(RECORDING_TAG),
    createdAt: CreationTime?.getTime() ?? 0,
    destinationType: LogDestinationType,
    delivery: LogDestinationType === TO_STREAM ? deliveryOf(flowLog) : undefined,
    undelivered: undeliveredOf(flowLog),
  };
}

/** AWS documents SUCCESS and FAILED, and an error message with the latter. */
function deliveryOf({
  DeliverLogsStatus: status,
  DeliverLogsErrorMessage: error,
}: FlowLog): FlowLogDelivery | undefined {
  return status === 'SUCCESS' || status === 'FAILED' ? { status, error } : undefined;
}

/** Why AWS cannot deliver the lines of a flow log; undefined when it does not say so. */
export function undeliveredOf(flowLog: FlowLog): string | undefined {
  const { status, error = 'AWS gives no reason' } = deliveryOf(flowLog) ?? {};
  return status === 'FAILED' ? error : undefined;
}

function refusal(action: string, { ResourceId, Error: error }: UnsuccessfulItem): Refusal {
  const reason = [error?.Code, error?.Message].filter(Boolean).join(': ') || 'AWS gives no reason';
  return new Refusal(`${action}: ${reason}${ResourceId ? ` (${ResourceId})` : ''}`);
}
