import { readTemplate, walk } from '../template/cloudformation.ts';

interface Column {
  readonly Name: string;
  readonly Type: string;
}

const TEMPLATE = readTemplate('template.yaml');

/** The columns of a table of the template, its partitions last; types as CloudFormation writes them. */
export function columnsOfTable(table = 'FlowTable'): Column[] {
  const lists = [...walk(TEMPLATE.Resources[table])]
    .filter(([path]) => ['Columns', 'PartitionKeys'].includes(path.at(-1) ?? ''))
    .map(([path, value]) => [path.at(-1) === 'PartitionKeys', value as Column[]] as const)
    .sort(([a], [b]) => Number(a) - Number(b));
  const columns = lists.flatMap(([, each]) => each);
  return columns.map(({ Name, Type }) => ({ Name, Type: textOf(Type) }));
}

/** The texts of the saved queries of this resource type, by their names, as CloudFormation writes them. */
export function savedQueries(type: string): Map<string, string> {
  const queries = Object.values(TEMPLATE.Resources).filter(({ Type }) => Type === type);
  return new Map(
    queries.map(({ Properties = {} }) => [
      textOf(Properties['Name']),
      textOf(Properties['QueryString']),
    ]),
  );
}

/** Those of Athena that read this table. */
export function queriesOf(table: string): Map<string, string> {
  const reads = new RegExp(`\\bFROM ${table}\\b`);
  return new Map(
    [...savedQueries('AWS::Athena::NamedQuery')].filter(([, text]) => reads.test(text)),
  );
}

/** A text with its substitutions made; what only a stack knows stays as it is. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const substituted = (value as { 'Fn::Sub': unknown })['Fn::Sub'];
  if (!Array.isArray(substituted)) return String(substituted);
  const [text, values] = substituted as [
    string,
    Record<string, string | { 'Fn::FindInMap': string[] }>,
  ];
  return text.replace(/\$\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (typeof value === 'string') return value;
    return value?.['Fn::FindInMap'] === undefined ? whole : mapped(value['Fn::FindInMap']);
  });
}

function mapped([map = '', first = '', second = '']: readonly string[]): string {
  const maps = TEMPLATE['Mappings'] as Record<string, Record<string, Record<string, string>>>;
  return maps[map]?.[first]?.[second] ?? '';
}
