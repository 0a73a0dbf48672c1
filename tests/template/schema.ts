import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { Resource } from '../../services/macro/fragment.ts';

const schemas = loadAwsServiceSpecSync();

type ResourceProperties = NonNullable<ReturnType<typeof schemaOf>>['properties'];
type PropertyType = ResourceProperties[string]['type'];

/** Properties of AWS::Serverless::Function that AWS::Lambda::Function does not have, or has in another form. */
const SERVERLESS = ['CodeUri', 'Environment', 'EventInvokeConfig', 'Events'];
const REPLACED = ['Code'];

/** The differences between a resource and AWS's schema of its type, one sentence each. */
export function schemaFaults(logicalId: string, { Type, Properties = {} }: Resource): string[] {
  if (Type.startsWith('Custom::')) return [];
  const isServerless = Type === 'AWS::Serverless::Function';
  const type = isServerless ? 'AWS::Lambda::Function' : Type;
  const resource = schemaOf(type);
  if (resource === undefined) return [`${logicalId}: there is no type ${Type}`];
  const ignored = isServerless ? [...SERVERLESS, ...REPLACED] : [];
  return propertyFaults(logicalId, Properties, resource.properties, ignored);
}

function schemaOf(type: string) {
  return schemas.lookup('resource', 'cloudFormationType', 'equals', type)[0];
}

function propertyFaults(
  path: string,
  value: object,
  properties: ResourceProperties,
  ignored: readonly string[] = [],
): string[] {
  const unknown = Object.keys(value)
    .filter((name) => !(name in properties || ignored.includes(name)))
    .map((name) => `${path}.${name}: there is no such property`);
  const missing = Object.entries(properties)
    .filter(([name, { required }]) => required && !(name in value || ignored.includes(name)))
    .map(([name]) => `${path}.${name}: is required`);
  const inner = Object.entries(value).flatMap(([name, each]) => {
    const property = ignored.includes(name) ? undefined : properties[name];
    return property === undefined ? [] : valueFaults(`${path}.${name}`, each, property.type);
  });
  return [...unknown, ...missing, ...inner];
}

function valueFaults(path: string, value: unknown, type: PropertyType): string[] {
  const given = branches(value);
  if (given.length !== 1 || given[0] !== value) {
    return given.flatMap((each) => valueFaults(path, each, type));
  }
  switch (type.type) {
    case 'ref': {
      const { properties } = schemas.get('typeDefinition', type.reference.$ref);
      return isMap(value) ? propertyFaults(path, value, properties) : [`${path}: is no object`];
    }
    case 'array':
      if (!Array.isArray(value)) return [`${path}: is no list`];
      return value.flatMap((each, i) => valueFaults(`${path}[${i}]`, each, type.element));
    case 'map':
      if (!isMap(value)) return [`${path}: is no object`];
      return Object.entries(value).flatMap(([key, each]) =>
        valueFaults(`${path}.${key}`, each, type.element),
      );
    case 'string': {
      const { allowedValues = [] } = type;
      const isAllowed = allowedValues.length === 0 || allowedValues.includes(String(value));
      return isAllowed ? [] : [`${path}: ${value} is none of ${allowedValues.join(', ')}`];
    }
    default:
      return [];
  }
}

/** The possible results of a value: both sides of a condition; none when only CloudFormation knows it. */
function branches(value: unknown): unknown[] {
  if (!isMap(value)) return [value];
  const [[name, argument] = [], ...others] = Object.entries(value);
  if (others.length > 0 || name === undefined) return [value];
  if (name === 'Fn::If' && Array.isArray(argument)) return argument.slice(1).flatMap(branches);
  return name === 'Ref' || name.startsWith('Fn::') ? [] : [value];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
