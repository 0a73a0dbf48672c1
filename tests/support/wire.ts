/** The flow 10.0.1.5:49152 -> 203.0.113.5:443 in v5, sequence 7. Verified with tshark and nfdump. */
export const V5 =
  '000500010036ee806553f13c0000000000000007000000000a000105cb00710500000000000100020000000a00000348003604200036e6b0c00001bb000306000000000000000000';
/** The same in v9, with its template 260, sequence 3, source id 1. */
export const V9 =
  '000900020036ee806553f13c0000000300000001000000340104000b00080004000c000400070002000b00020004000100060001003d0001000200080001000800160004001500040104002c0a000105cb007105c00001bb060300000000000000000a0000000000000348003604200036e6b000';
/** The same in IPFIX, with its template 260, sequence 7, domain 1. */
export const IPFIX =
  '000a00776553f13c0000000700000001000200340104000b00080004000c000400070002000b00020004000100060001003d000100020008000100080098000800990008010400330a000105cb007105c00001bb060300000000000000000a00000000000003480000018bcfe568000000018bcfe64a90';

/** The octets of hex digits, blanks between them ignored. */
export const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
/** Hex of two octets. */
export const u16 = (n: number) => n.toString(16).padStart(4, '0');
/** Hex of four octets. */
export const u32 = (n: number) => n.toString(16).padStart(8, '0');

/** Hex of a set around this hex. */
export function set(id: number, body: string): string {
  const hex = body.replaceAll(' ', '');
  return u16(id) + u16(4 + hex.length / 2) + hex;
}

/** An IPFIX message around these sets, optionally with a wrong length. */
export function ipfix(sets: string, { domain = 1, length = 16 + sets.length / 2 } = {}): Buffer {
  return bytes(u16(10) + u16(length) + u32(1_700_000_060) + u32(0) + u32(domain) + sets);
}

/** A v9 packet around these sets, with a SysUptime of one minute. */
export function v9(sets: string, sourceId = 1): Buffer {
  return bytes(u16(9) + u16(1) + u32(60_000) + u32(1_700_000_060) + u32(0) + u32(sourceId) + sets);
}
