import { awsCommand, type Check, count, type Found, given, ok, wrong } from './check.ts';
import { checkStream, checkThroughput } from './delivery-checks.ts';
import type { Continuous, ContinuousFlowLog, Facts, StackNames } from './facts.ts';

/** Whether what is exported all the time arrives. A stack without continuous sources has nothing to be found. */
export const CONTINUOUS_CHECKS: readonly Check[] = [{ name: 'continuous', run: checkContinuous }];

function checkContinuous({ names, continuous }: Facts): readonly Found[] {
  if (names.continuous === undefined || continuous === undefined) return [];
  const { sources, streamArn } = names.continuous;
  const list = listFlowLogs(names, sources);
  const ofStream = { ...names, streamArn };
  return given(continuous, list, ({ stream, throughput, flowLogs }: Continuous) => [
    ...checkFlowLogs(names, sources, flowLogs),
    ...checkStream({ names: ofStream, stream: { value: stream } }),
    ...checkThroughput({ names: ofStream, throughput: { value: throughput } }),
  ]);
}

function checkFlowLogs(
  names: StackNames,
  sources: readonly string[],
  flowLogs: readonly ContinuousFlowLog[],
): readonly Found[] {
  const found = sources.flatMap((source) => sourceFault(names, source, flowLogs));
  if (found.length > 0) return found;
  return [
    ok(
      `${count(sources.length, 'source')} with a flow log, and no failed delivery that AWS reports`,
    ),
  ];
}

function sourceFault(
  names: StackNames,
  source: string,
  flowLogs: readonly ContinuousFlowLog[],
): Found[] {
  const own = flowLogs.find(({ resourceId }) => resourceId === source);
  if (own === undefined) {
    const text = `${source} has no flow log to the stream of ContinuousSources: someone deleted it; take ${source} out of ContinuousSources, deploy, and add it again`;
    return [wrong(text, listFlowLogs(names, [source]))];
  }
  if (own.undelivered === undefined) return [];
  const text = `AWS cannot deliver the lines of ${source} (${own.id}): ${own.undelivered}`;
  return [wrong(text, listFlowLogs(names, [source]))];
}

function listFlowLogs(names: StackNames, sources: readonly string[]): string {
  const filter = `Name=resource-id,Values=${sources.join(',')}`;
  return awsCommand(names, 'ec2', 'describe-flow-logs', '--filter', filter);
}
