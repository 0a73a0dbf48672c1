import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { InvalidArgument, type PutRecordBatchOutput } from './stream.ts';

/** A stream that takes records. */
export interface PutTarget {
  readonly putRecordBatch: (records: { Data: Uint8Array }[]) => PutRecordBatchOutput;
}

/** Status and JSON body of a reply. */
interface ApiAnswer {
  readonly status: number;
  readonly body: object;
}

const PUT_RECORD_BATCH = 'Firehose_20150804.PutRecordBatch';

/** Answers one API call. `target` is the X-Amz-Target header; the keys of `streams` are their names. */
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

/** Serves Firehose's API (JSON 1.1) for these streams, by name. */
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
