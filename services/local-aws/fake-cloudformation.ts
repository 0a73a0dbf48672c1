import { type Reply, xmlText } from './reply.ts';

/** The reply to ListStackResources: logical ids and statuses. */
export function listStackResources(resources: ReadonlyMap<string, string>): Reply {
  const members = [...resources].map(([id, status]) => {
    const text = `<LogicalResourceId>${xmlText(id)}</LogicalResourceId>`;
    return `<member>${text}<ResourceStatus>${xmlText(status)}</ResourceStatus></member>`;
  });
  const list = `<StackResourceSummaries>${members.join('')}</StackResourceSummaries>`;
  const result = `<ListStackResourcesResult>${list}</ListStackResourcesResult>`;
  return {
    status: 200,
    body: `<ListStackResourcesResponse>${result}</ListStackResourcesResponse>`,
  };
}

/** The reply of DescribeStacks where there is no stack of this name. */
export function noStack(name: string): Reply {
  const message = `<Message>Stack with id ${xmlText(name)} does not exist</Message>`;
  const error = `<Error><Type>Sender</Type><Code>ValidationError</Code>${message}</Error>`;
  return {
    status: 400,
    body: `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>`,
  };
}
