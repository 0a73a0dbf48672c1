import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CollectionTag, parse, type ScalarTag, YAMLMap, YAMLSeq } from 'yaml';
import { ROOT } from '../../shared/disk/installation.ts';

/** A parameter of a template. Defaults and limits are as they are in YAML, numbers or text. */
export interface Parameter {
  readonly Type: 'String' | 'Number' | 'CommaDelimitedList';
  readonly Default?: string | number;
  readonly Description: string;
  readonly AllowedPattern?: string;
  readonly AllowedValues?: readonly (string | number)[];
  readonly ConstraintDescription?: string;
  readonly MinValue?: number;
  readonly MaxValue?: number;
  readonly MaxLength?: number;
}

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Metadata?: Values;
  readonly Properties?: Values;
  readonly [attribute: string]: unknown;
}

/** An output of a template. */
export interface Output {
  readonly Condition?: string;
  readonly Description: string;
  readonly Value: unknown;
}

/** Values by name. */
export type Values = Readonly<Record<string, unknown>>;

/** A CloudFormation template, its functions in their long forms: `{ Ref: … }`, `{ 'Fn::Sub': … }`. */
export interface Template {
  readonly Description: string;
  readonly Parameters: Readonly<Record<string, Parameter>>;
  readonly Metadata: Values;
  readonly Conditions: Values;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, Output>>;
  readonly [section: string]: unknown;
}

/** The functions of CloudFormation that have a short form with arguments, beside `!Ref`, `!GetAtt` and `!Condition`. */
const SHORT_FORMS = [
  'And',
  'Equals',
  'FindInMap',
  'If',
  'Join',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
];

/** A template of natflow, by its path from the root, with short forms expanded as CloudFormation reads them. */
export function readTemplate(path: string): Template {
  return parse(readFileSync(join(ROOT, path), 'utf8'), { customTags: tags() });
}

function tags(): (ScalarTag | CollectionTag)[] {
  return [
    scalar('Ref', (text) => ({ Ref: text })),
    scalar('Condition', (text) => ({ Condition: text })),
    scalar('GetAtt', (text) => ({ 'Fn::GetAtt': text.split(/\.(.*)/).slice(0, 2) })),
    ...SHORT_FORMS.flatMap((name) => [
      scalar(name, (text) => ({ [`Fn::${name}`]: text })),
      collection(name, 'seq'),
      collection(name, 'map'),
    ]),
  ];
}

function scalar(name: string, resolve: (text: string) => unknown): ScalarTag {
  return { tag: `!${name}`, resolve };
}

function collection(name: string, kind: 'seq' | 'map'): CollectionTag {
  return {
    tag: `!${name}`,
    collection: kind,
    resolve: (value) => {
      if (!(value instanceof YAMLSeq || value instanceof YAMLMap)) return value;
      const spelledOut = new YAMLMap();
      spelledOut.set(`Fn::${name}`, value);
      return spelledOut;
    },
  };
}
