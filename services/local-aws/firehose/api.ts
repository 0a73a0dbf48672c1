import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { InvalidArgument, type PutRecordBatchOutput } from './stream.ts';

/** A stream that can be put to. */
export interface PutTarget {
  readonly putRecordBatch: (records: { Data: Uint8Array }[]) => PutRecordBatchOutput;
}

/** Status and JSON body of an answer. */
interface ApiAnswer {
  readonly status: number;
  readonly body: object;
}

const PUT_RECORD_BATCH = 'Firehose_20150804.PutRecordBatch';

/** Answers one call of Firehose's API: `target` is the X-Amz-Target header, `streams` are found by name. */
function answerFirehose(
  target: string | undefined,
  request: unknown,
  streams: ReadonlyMap<string, PutTarget>,
): ApiAnswer {
  if (target !== PUT_RECORD_BATCH) return failure('UnknownOperationException', String(target));
  const { DeliveryStreamName, Records } = request as {
    DeliveryStreamName: string;
    Records: { Data: string }[];
  };
  const stream = streams.get(DeliveryStreamName);
  if (stream === undefined) return failure('ResourceNotFoundException', DeliveryStreamName);
  try {
    const records = Records.map(({ Data }) => ({ Data: Buffer.from(Data, 'base64') }));
    return { status: 200, body: stream.putRecordBatch(records) };
  } catch (error) {
    if (error instanceof InvalidArgument) return failure('InvalidArgumentException', error.message);
    throw error;
  }
}

/** Serves Firehose's API (JSON 1.1) for these streams, for an SDK client's `endpoint`. */
export function serveFirehose(streams: ReadonlyMap<string, PutTarget>): Server {
  return createServer(async (request, response) => {
    const answer = await json(request)
      .then((body) => answerFirehose(String(request.headers['x-amz-target']), body, streams))
      .catch((error) => ({
        status: 500,
        body: { __type: 'InternalFailure', message: `${error}` },
      }));
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer.body));
  });
}

function failure(type: string, message: string): ApiAnswer {
  return { status: 400, body: { __type: type, message } };
}
