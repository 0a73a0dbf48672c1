import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { collecting } from './refusal.ts';
import { type StateCodec, stateItems, type Versioned } from './state-items.ts';

/** The stored state of a gateway. */
interface Saved<State> extends Versioned<State> {
  readonly gatewayId: string;
}

const PREFIX = 'gateway#';

/** The gateways' items in the state table. */
export function recordings<State>(
  client: DynamoDBClient,
  TableName: string,
  codec: StateCodec<State>,
) {
  const items = stateItems(client, TableName, codec);
  return {
    async load(gatewayId: string): Promise<Saved<State> | undefined> {
      const item = await items.load(`${PREFIX}${gatewayId}`);
      return item && { gatewayId, ...item };
    },

    async list(): Promise<Saved<State>[]> {
      const query = {
        TableName,
        ConsistentRead: true,
        FilterExpression: 'begins_with(pk, :prefix)',
        ExpressionAttributeValues: { ':prefix': { S: PREFIX } },
      };
      const pages = paginateScan({ client }, query);
      const found = await collecting('dynamodb:Scan', pages, ({ Items }) => Items);
      return found.map((item) => ({
        gatewayId: item['pk']?.S?.slice(PREFIX.length) ?? '',
        ...items.read(item),
      }));
    },

    /** Resolves with false when the item has another version. */
    save: (gatewayId: string, state: State, version: number) =>
      items.save(`${PREFIX}${gatewayId}`, state, version),
  };
}
