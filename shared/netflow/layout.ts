/** The offsets of the fields of a header or of a part of a record, in octets, by name. */
export interface Layout<Name extends string> {
  readonly at: Readonly<Record<Name, number>>;
  /** The length of the whole, in octets. */
  readonly octets: number;
}

/** The layout of consecutive fields; `fields` has the length of each in octets, in wire order. */
export function layoutOf<Name extends string>(
  fields: Readonly<Record<Name, number>>,
): Layout<Name> {
  const at: Record<Name, number> = { ...fields };
  let octets = 0;
  for (const name of Object.keys(fields) as Name[]) {
    at[name] = octets;
    octets += fields[name];
  }
  return { at, octets };
}
