/** A resource of a CloudFormation template. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

/** A template as CloudFormation passes it to a macro and takes it back. */
export interface Fragment {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly [section: string]: unknown;
}

/** The fragment with some properties of one resource replaced, or unchanged when there is no such resource. */
export function withProperties(
  fragment: Fragment,
  logicalId: string,
  change: (properties: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): Fragment {
  const resource = fragment.Resources[logicalId];
  if (resource === undefined) return fragment;
  const { Properties = {} } = resource;
  const changed = { ...resource, Properties: { ...Properties, ...change(Properties) } };
  return { ...fragment, Resources: { ...fragment.Resources, [logicalId]: changed } };
}
