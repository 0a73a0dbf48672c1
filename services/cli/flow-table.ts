import type { FlowLine } from '../../shared/collector/flow-line.ts';

interface Column {
  readonly title: string;
  readonly right?: true;
  cell(flow: FlowLine): string;
}

/** RFC 9293 section 3.1, from the highest bit of the octet. */
const FLAG_LETTERS = 'CEUAPRSF';
/** RFC 7270 section 4.12: the state is in the upper two bits. */
const FORWARDING_STATES = ['unknown', 'forwarded', 'dropped', 'consumed'];
const DIRECTIONS = ['in', 'out'];
/** The limit of a JavaScript Date; a datagram can carry any number. */
const MAX_DATE_MS = 8.64e15;

function startOf({ time_flow_start_ns: start }: FlowLine): string {
  const ms = Number(start ?? Number.NaN) / 1e6;
  if (!(Math.abs(ms) <= MAX_DATE_MS)) return '-';
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

function seconds({ time_flow_start_ns: start, time_flow_end_ns: end }: FlowLine): string {
  if (start === undefined || end === undefined) return '-';
  return (Number((BigInt(end) - BigInt(start)) / 1_000_000n) / 1000).toFixed(3);
}

function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function flags({ proto, tcp_flags: bits }: FlowLine): string {
  if (proto !== 'TCP') return '-';
  return [...FLAG_LETTERS].map((letter, i) => ((bits >> (7 - i)) & 1 ? letter : '.')).join('');
}

function status({ forwarding_status: status }: FlowLine): string {
  return status === undefined ? '-' : (FORWARDING_STATES[status >> 6] ?? '-');
}

/** The addresses that NAT changed. */
function translation(flow: FlowLine): string {
  const { src_addr, dst_addr, post_nat_src_addr: source, post_nat_dst_addr: destination } = flow;
  const parts = [
    source !== undefined && source !== src_addr && `src ${source}`,
    destination !== undefined && destination !== dst_addr && `dst ${destination}`,
  ];
  return parts.filter(Boolean).join(', ');
}

const COLUMNS: readonly Column[] = [
  { title: 'start (UTC)', cell: startOf },
  { title: 'seconds', right: true, cell: seconds },
  { title: 'proto', cell: (flow) => flow.proto },
  { title: 'source', right: true, cell: (flow) => endpoint(flow.src_addr, flow.src_port) },
  { title: '  ', cell: () => '->' },
  { title: 'destination', cell: (flow) => endpoint(flow.dst_addr, flow.dst_port) },
  { title: 'flags', cell: flags },
  { title: 'packets', right: true, cell: (flow) => String(flow.packets) },
  { title: 'bytes', right: true, cell: (flow) => String(flow.bytes) },
  { title: 'in', right: true, cell: (flow) => String(flow.in_if) },
  { title: 'out', right: true, cell: (flow) => String(flow.out_if) },
  { title: 'dir', cell: (flow) => DIRECTIONS[flow.flow_direction ?? -1] ?? '-' },
  { title: 'status', cell: status },
  { title: 'post-NAT', cell: translation },
];

/** Widths that fit common flows, so that a longer value rarely moves the columns of later lines. */
const USUAL_WIDTHS = [23, 8, 6, 21, 2, 21, 8, 8, 10, 4, 4, 3, 9, 0];

/** A function that formats flows as lines of one table; its first result begins with the titles. */
export function flowTable(): (flows: readonly FlowLine[]) => string {
  const widths = [...USUAL_WIDTHS];
  let isFirst = true;
  const line = (cells: string[]): string => {
    const padded = cells.map((text, i) => {
      const width = Math.max(widths[i] ?? 0, text.length);
      widths[i] = width;
      return COLUMNS[i]?.right ? text.padStart(width) : text.padEnd(width);
    });
    return `${padded.join(' ').trimEnd()}\n`;
  };
  return (flows) => {
    const titles = isFirst ? line(COLUMNS.map((column) => column.title)) : '';
    isFirst = false;
    return titles + flows.map((flow) => line(COLUMNS.map((column) => column.cell(flow)))).join('');
  };
}
