/**
 * The number of an interface, 1 to 2^31-1: a hash of its name, so that it is the same in every process, after every
 * restart and from every source. The name's bytes, padded with one to four zeros, are mixed in words of four.
 */
export function interfaceIndex(name: string): number {
  const bytes = Buffer.from(name);
  const words = Buffer.alloc((bytes.length & ~3) + 4);
  bytes.copy(words);
  let hash = 0;
  for (let at = 0; at < words.length; at += 4) hash = mix(hash, words.readInt32LE(at));
  return toIndex(hash);
}

/** The hash after four more bytes of a name. */
export function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** The number for the hash of a complete name. 0 is not used, because it means no interface. */
export function toIndex(hash: number): number {
  return hash & 0x7fffffff || 1;
}
