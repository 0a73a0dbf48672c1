/** The 4 or 16 octets of a textual address, as inet_pton(3) returns them. */
export function octetsOf(address: string): Uint8Array {
  if (!address.includes(':')) return Uint8Array.from(address.split('.'), Number);
  const [head = '', tail] = address.split('::');
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const zeros = Array(8 - groups(head).length - groups(tail).length).fill('0');
  const words = [...groups(head), ...zeros, ...groups(tail)].map((group) =>
    Number.parseInt(group, 16),
  );
  return Uint8Array.from(words.flatMap((word) => [word >>> 8, word & 0xff]));
}
