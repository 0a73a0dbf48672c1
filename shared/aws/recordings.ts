import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { StateCodec, Versioned } from '../state-item.ts';
import { collecting } from './refusal.ts';
import { stateItems } from './state-items.ts';

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
  const itemOf = (gatewayId: string) => items.item(`${PREFIX}${gatewayId}`);
  return {
    async load(gatewayId: string): Promise<Saved<State> | undefined> {
      const item = await itemOf(gatewayId).load();
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
      itemOf(gatewayId).save(state, version),
  };
}
