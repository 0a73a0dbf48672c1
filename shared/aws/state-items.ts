import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { StateCodec, StateItem, Versioned } from '../state-item.ts';
import { calling, isNamed } from './refusal.ts';

/** The items of the state table by key. */
export function stateItems<State>(
  client: DynamoDBClient,
  TableName: string,
  codec: StateCodec<State>,
) {
  const read = ({ version, state }: Record<string, AttributeValue>): Versioned<State> => ({
    state: codec.read(state?.S ?? ''),
    version: Number(version?.N),
  });

  const load = async (key: string): Promise<Versioned<State> | undefined> => {
    const query = { TableName, Key: { pk: { S: key } }, ConsistentRead: true };
    const { Item } = await calling('dynamodb:GetItem', client.send(new GetItemCommand(query)));
    return Item && read(Item);
  };

  const save = async (key: string, state: State, version: number): Promise<boolean> => {
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
      // Another invocation saved it, or the SDK repeated this request after it had succeeded.
      if (isNamed(error, 'ConditionalCheckFailedException')) return false;
      throw error;
    }
  };

  return {
    read,
    item: (key: string): StateItem<State> => ({
      load: () => load(key),
      save: (state, version) => save(key, state, version),
    }),
  };
}

function condition(version: number): Partial<PutItemCommandInput> {
  if (version === 0) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    ConditionExpression: 'version = :version',
    ExpressionAttributeValues: { ':version': { N: String(version) } },
  };
}
