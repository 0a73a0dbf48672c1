import { createSocket } from 'node:dgram';
import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';

/**
 * A straightforward Firehose transformation: correct, without any optimisation.
 * NATFLOW_COLLECTORS is one host:port; all flows go out as NetFlow v5.
 */
const [host = '127.0.0.1', port = '2055'] = (process.env['NATFLOW_COLLECTORS'] ?? '').split(':');
const NAMES = (process.env['NATFLOW_LOG_FORMAT'] ?? '').split(' ');
const RECORDS_PER_PACKET = 30;
const HEADER_BYTES = 24;
const RECORD_BYTES = 48;
const DAY_S = 86_400;
const socket = createSocket('udp4').unref();
let sequence = 0;

type Fields = Record<string, string>;

/** Answers a delivery and sends its flows. */
export async function handler(
  event: FirehoseTransformationEvent,
): Promise<FirehoseTransformationResult> {
  const flows: Fields[] = [];
  const records = event.records.map(({ recordId, data }) => {
    try {
      const { message } = JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
      const line: string = message.trimEnd();
      const values = line.split(' ');
      const fields: Fields = {};
      for (const [i, name] of NAMES.entries()) fields[name] = values[i] ?? '-';
      if (fields['log-status'] === 'OK' && fields['srcaddr'] !== '-') flows.push(fields);
      const answer = Buffer.from(`${line}\n`).toString('base64');
      return { recordId, result: 'Ok' as const, data: answer };
    } catch {
      return { recordId, result: 'ProcessingFailed' as const, data };
    }
  });
  await sendAll(encode(flows));
  return { records };
}

function address(text: string | undefined): number {
  return (text ?? '').split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function present(first: string | undefined, second: string | undefined): string | undefined {
  return first === undefined || first === '-' ? second : first;
}

function encodeRecord(flow: Fields, boot: number): Buffer {
  const record = Buffer.alloc(RECORD_BYTES);
  record.writeUInt32BE(address(present(flow['pkt-srcaddr'], flow['srcaddr'])), 0);
  record.writeUInt32BE(address(present(flow['pkt-dstaddr'], flow['dstaddr'])), 4);
  record.writeUInt32BE(Number(flow['packets']), 16);
  record.writeUInt32BE(Number(flow['bytes']), 20);
  record.writeUInt32BE((Number(flow['start']) - boot) * 1000, 24);
  record.writeUInt32BE((Number(flow['end']) - boot) * 1000, 28);
  record.writeUInt16BE(Number(flow['srcport']), 32);
  record.writeUInt16BE(Number(flow['dstport']), 34);
  record.writeUInt8(Number(present(flow['tcp-flags'], '0')), 37);
  record.writeUInt8(Number(flow['protocol']), 38);
  return record;
}

function encode(flows: Fields[]): Buffer[] {
  const packets: Buffer[] = [];
  const now = Math.floor(Date.now() / 1000);
  for (let at = 0; at < flows.length; at += RECORDS_PER_PACKET) {
    const some = flows.slice(at, at + RECORDS_PER_PACKET);
    const boot = Math.min(...some.map((flow) => Number(flow['start']))) - DAY_S;
    const newest = Math.max(now - DAY_S, ...some.map((flow) => Number(flow['end'])));
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt16BE(5, 0);
    header.writeUInt16BE(some.length, 2);
    header.writeUInt32BE(((newest - boot) * 1000) % 2 ** 32, 4);
    header.writeUInt32BE(newest, 8);
    header.writeUInt32BE(sequence, 16);
    sequence += some.length;
    packets.push(Buffer.concat([header, ...some.map((flow) => encodeRecord(flow, boot))]));
  }
  return packets;
}

async function sendAll(packets: Buffer[]): Promise<void> {
  await Promise.all(
    packets.map((packet) => new Promise((sent) => socket.send(packet, Number(port), host, sent))),
  );
}
