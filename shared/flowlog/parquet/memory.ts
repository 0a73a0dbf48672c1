const TYPES = { bytes: Uint8Array, integers: Int32Array, floats: Float64Array };
type Arrays = { [Type in keyof typeof TYPES]: InstanceType<(typeof TYPES)[Type]> };

/**
 * Arrays that each page of a column uses again, because the garbage collector would take longer than the reading.
 * What was in them remains.
 */
export class Memory {
  readonly #arrays = new Map<string, Uint8Array | Int32Array | Float64Array>();

  /** The first `length` elements of the array of this name and type. */
  take<Type extends keyof Arrays>(name: string, type: Type, length: number): Arrays[Type] {
    const key = `${name} ${type}`;
    let array = this.#arrays.get(key);
    if (array === undefined || array.length < length) {
      array = new TYPES[type](length);
      this.#arrays.set(key, array);
    }
    return array.subarray(0, length) as Arrays[Type];
  }
}
