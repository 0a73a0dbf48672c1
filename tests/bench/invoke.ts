import { synthesize } from '../../shared/flowlog/synth.ts';

/**
 * A child of forwarder.ts: loads the handler in FILE, sends the duration to its parent, and then invokes the handler
 * as often as the parent requests, with deliveries of RECORDS records. Times are milliseconds.
 *   invoke.ts FILE RECORDS
 */
const [file = '', count = '0'] = process.argv.slice(2);
const began = performance.now();
const { handler } = await import(file);
tell(performance.now() - began);

const lines = [...synthesize({ flows: Number(count), seed: 42 })].join('').split('\n').slice(1);
const datas = lines
  .slice(0, Number(count))
  .map((line) => Buffer.from(`${JSON.stringify({ message: line })}\n`).toString('base64'));
const context = {
  functionName: 'bench',
  functionVersion: '1',
  memoryLimitInMB: '256',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:bench',
  awsRequestId: 'bench',
  getRemainingTimeInMillis: () => 60_000,
};
let deliveries = 0;

/** A delivery parsed from JSON, as in the runtime. Record ids are unique. */
function nextEvent(): object {
  const name = String(deliveries++).padStart(20, '0');
  const records = datas.map((data, i) => ({
    recordId: `4962${name}${String(i).padStart(26, '0')}000000`,
    approximateArrivalTimestamp: 0,
    data,
  }));
  return JSON.parse(JSON.stringify({ invocationId: name, deliveryStreamArn: 'a/b', records }));
}

process.on('message', async (times: number) => {
  const spent: number[] = [];
  for (let i = 0; i < times; i++) {
    const event = nextEvent();
    const start = performance.now();
    await handler(event, context);
    spent.push(performance.now() - start);
  }
  tell(spent);
});

function tell(message: number | number[]): void {
  process.send?.(message);
}
