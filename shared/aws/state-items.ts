import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { calling, isNamed } from './refusal.ts';

/** A stored state, and its version: the number of saves so far. */
export interface Versioned<State> {
  readonly state: State;
  readonly version: number;
}

/** The text form of a stored state. `read` accepts the text of any release. */
export interface StateCodec<State> {
  readonly read: (text: string) => State;
  readonly write: (state: State) => string;
}

/** Items of the state table by key. Each is saved as a whole, with optimistic locking on its version. */
export function stateItems<State>(
  client: DynamoDBClient,
  TableName: string,
  codec: StateCodec<State>,
) {
  const read = ({ version, state }: Record<string, AttributeValue>): Versioned<State> => ({
    state: codec.read(state?.S ?? ''),
    version: Number(version?.N),
  });

  return {
    read,

    async load(key: string): Promise<Versioned<State> | undefined> {
      const query = { TableName, Key: { pk: { S: key } }, ConsistentRead: true };
      const { Item } = await calling('dynamodb:GetItem', client.send(new GetItemCommand(query)));
      return Item && read(Item);
    },

    /**
     * Saves a state that is based on `version` (0: no item yet). Resolves with false when the item has another
     * version: another invocation saved it, or the SDK repeated this request after it had succeeded.
     */
    async save(key: string, state: State, version: number): Promise<boolean> {
      const Item = {
        pk: { S: key },
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
