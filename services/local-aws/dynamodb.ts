import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

export const STATE_TABLE = 'natflow-state';

/** A local DynamoDB with the state table, on a loopback port. */
export interface DynamoDb {
  /** The value for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  readonly stop: () => void;
}

/** Starts it with an empty table. `stop` ends it and its client. */
export async function startDynamoDb(): Promise<DynamoDb> {
  const server = dynalite({ createTableMs: 0 }).listen(0, '127.0.0.1');
  server.unref();
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient(connection(endpoint));
  await client.send(
    new CreateTableCommand({
      TableName: STATE_TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  const stop = () => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  };
  return { endpoint, client, stop };
}

/** The settings of an SDK client for a local endpoint. */
export function connection(endpoint: string) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { endpoint, region: 'eu-west-1', credentials };
}
