import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { calling, collecting, isNamed } from './refusal.ts';

/** The stored state of a gateway, and its version: the number of saves so far. */
export interface Saved<State> {
  readonly gatewayId: string;
  readonly state: State;
  readonly version: number;
}

/** The text form of a stored state. `read` accepts the text of any release. */
export interface StateCodec<State> {
  readonly read: (text: string) => State;
  readonly write: (state: State) => string;
}

/** The keys of items: of a gateway by its id, and of all gateways of a stack by the stack's name. */
type KeyPrefix = 'gateway#' | 'watched#';

/** The gateways' items in the state table. Each is saved as a whole, with optimistic locking on its version. */
export function recordings<State>(
  client: DynamoDBClient,
  TableName: string,
  codec: StateCodec<State>,
  prefix: KeyPrefix = 'gateway#',
) {
  const key = (id: string): Record<string, AttributeValue> => ({ pk: { S: `${prefix}${id}` } });
  const read = ({ pk, version, state }: Record<string, AttributeValue>): Saved<State> => ({
    gatewayId: pk?.S?.slice(prefix.length) ?? '',
    version: Number(version?.N),
    state: codec.read(state?.S ?? ''),
  });

  return {
    async load(gatewayId: string): Promise<Saved<State> | undefined> {
      const command = new GetItemCommand({ TableName, Key: key(gatewayId), ConsistentRead: true });
      const { Item } = await calling('dynamodb:GetItem', client.send(command));
      return Item && read(Item);
    },

    async list(): Promise<Saved<State>[]> {
      const query = {
        TableName,
        ConsistentRead: true,
        FilterExpression: 'begins_with(pk, :prefix)',
        ExpressionAttributeValues: { ':prefix': { S: prefix } },
      };
      const pages = paginateScan({ client }, query);
      const items = await collecting('dynamodb:Scan', pages, ({ Items }) => Items);
      return items.map(read);
    },

    /**
     * Saves a state that is based on `version` (0: no item yet). Resolves with false when the item has another
     * version: another invocation saved it, or the SDK repeated this request after it had succeeded.
     */
    async save(gatewayId: string, state: State, version: number): Promise<boolean> {
      const Item = {
        ...key(gatewayId),
        version: { N: String(version + 1) },
        state: { S: codec.write(state) },
      };
      const command = new PutItemCommand({ TableName, Item, ...condition(version) });
      try {
        await calling('dynamodb:PutItem', client.send(command));
        return true;
      } catch (error) {
        if (isNamed(error, 'ConditionalCheckFailedException')) return false;
        throw error;
      }
    },
  };
}

function condition(version: number): Partial<PutItemCommandInput> {
  if (version === 0) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    ConditionExpression: 'version = :version',
    ExpressionAttributeValues: { ':version': { N: String(version) } },
  };
}
