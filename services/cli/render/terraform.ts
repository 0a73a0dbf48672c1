import type { Output, Parameter, Template } from '../template.ts';

/** The lines of a file. */
type Lines = readonly string[];

const STACK = 'aws_cloudformation_stack.natflow';

/**
 * A Terraform module that makes a stack of the template, its files by name: a variable for each parameter, an output
 * for each output, by their names in snake case. A list is a list of strings, all else is a string or a number.
 * @param templateName the last part of the template's key
 */
export function terraformModule(
  { Parameters, Outputs }: Template,
  templateName: string,
): Readonly<Record<string, string>> {
  const file = (...blocks: readonly Lines[]) =>
    `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  return {
    'main.tf': file(...main(Parameters, templateName)),
    'variables.tf': file(
      STACK_NAME,
      TAGS,
      ...Object.entries(Parameters).map(([name, each]) => variable(name, each)),
    ),
    'outputs.tf': file(...Object.entries(Outputs).map(([name, each]) => output(name, each))),
    'versions.tf': file(VERSIONS),
  };
}

/** A name of CloudFormation as Terraform writes names: `nat_gateway_ids` of NatGatewayIds. NetFlow is one word. */
export function snakeCase(name: string): string {
  return name
    .replace('NetFlow', 'Netflow')
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .toLowerCase();
}

const STACK_NAME: Lines = [
  'variable "stack_name" {',
  '  description = "The name of the stack; the deployer\'s policy is for names that begin with natflow"',
  '  type        = string',
  '  default     = "natflow"',
  '}',
];

const TAGS: Lines = [
  'variable "tags" {',
  '  description = "Tags of the stack, which CloudFormation gives its resources"',
  '  type        = map(string)',
  '  default     = {}',
  '}',
];

const VERSIONS: Lines = [
  'terraform {',
  '  required_version = ">= 1.2"',
  '  required_providers {',
  '    aws = {',
  '      source  = "hashicorp/aws"',
  '      version = ">= 4.0"',
  '    }',
  '  }',
  '}',
];

function main(parameters: Template['Parameters'], templateName: string): Lines[] {
  const names = Object.keys(parameters);
  const longest = Math.max(...names.map(({ length }) => length));
  const values = Object.entries(parameters).map(
    ([name, each]) => `    ${name.padEnd(longest)} = ${value(name, each)}`,
  );
  return [
    ['data "aws_region" "current" {}'],
    ['data "aws_partition" "current" {}'],
    [
      'locals {',
      "  # The functions' code and the template are in a bucket of the stack's region.",
      '  bucket = replace(var.artifact_bucket, "REGION", data.aws_region.current.id)',
      '  host   = "${local.bucket}.s3.${data.aws_region.current.id}.${data.aws_partition.current.dns_suffix}"',
      '}',
    ],
    [
      'resource "aws_cloudformation_stack" "natflow" {',
      '  name         = var.stack_name',
      `  template_url = "https://\${local.host}/\${var.artifact_prefix}${templateName}"`,
      '  capabilities = ["CAPABILITY_IAM"]',
      '  tags         = var.tags',
      '',
      '  parameters = {',
      ...values,
      '  }',
      '',
      '  lifecycle {',
      ...precondition(
        'length(var.subnet_ids) == 0 || length(var.security_group_ids) > 0',
        'subnet_ids needs security_group_ids.',
      ),
      ...precondition(
        'var.flow_log_bucket == "" || var.collectors != ""',
        'flow_log_bucket needs collectors.',
      ),
      '  }',
      '}',
    ],
  ];
}

function precondition(condition: string, fault: string): Lines {
  return [
    '    precondition {',
    `      condition     = ${condition}`,
    `      error_message = ${text(fault)}`,
    '    }',
  ];
}

function value(name: string, { Type }: Parameter): string {
  const variableName = `var.${snakeCase(name)}`;
  return Type === 'CommaDelimitedList' ? `join(",", ${variableName})` : variableName;
}

function variable(name: string, parameter: Parameter): Lines {
  const { Description, Default } = parameter;
  return [
    `variable "${snakeCase(name)}" {`,
    `  description = ${text(Description)}`,
    `  type        = ${typeOf(parameter)}`,
    ...(Default === undefined ? [] : [`  default     = ${defaultOf(parameter, Default)}`]),
    '  nullable    = false',
    ...validations(snakeCase(name), parameter),
    '}',
  ];
}

function typeOf({ Type }: Parameter): string {
  return { String: 'string', Number: 'number', CommaDelimitedList: 'list(string)' }[Type];
}

function defaultOf({ Type }: Parameter, given: string | number): string {
  if (Type === 'CommaDelimitedList') return given === '' ? '[]' : JSON.stringify([given]);
  return Type === 'Number' ? String(given) : text(String(given));
}

/** Terraform's regex and CloudFormation's patterns read alike what the template has; a pattern is for the whole value. */
function validations(name: string, parameter: Parameter): Lines {
  const { AllowedPattern, AllowedValues, MinValue, MaxValue, MaxLength } = parameter;
  const own = `var.${name}`;
  const conditions = [
    AllowedPattern && `can(regex(${text(`^(?:${AllowedPattern})$`)}, ${own}))`,
    AllowedValues &&
      `contains([${AllowedValues.map((each) => literal(parameter, each)).join(', ')}], ${own})`,
    MinValue !== undefined && `${own} >= ${MinValue}`,
    MaxValue !== undefined && `${own} <= ${MaxValue}`,
    MaxLength !== undefined && `length(${own}) <= ${MaxLength}`,
  ].filter((each) => typeof each === 'string');
  if (conditions.length === 0) return [];
  return [
    '',
    '  validation {',
    `    condition     = ${conditions.join(' && ')}`,
    `    error_message = ${text(`${name} must be ${allowed(parameter)}.`)}`,
    '  }',
  ];
}

function literal({ Type }: Parameter, given: string | number): string {
  return Type === 'Number' ? String(given) : text(String(given));
}

function allowed(parameter: Parameter): string {
  const { ConstraintDescription, AllowedPattern, AllowedValues, MinValue, MaxValue } = parameter;
  if (AllowedValues !== undefined) return `one of ${AllowedValues.join(', ')}`;
  if (ConstraintDescription !== undefined) return ConstraintDescription;
  if (AllowedPattern !== undefined) return `text like ${AllowedPattern}`;
  return MaxValue === undefined ? `at least ${MinValue}` : `from ${MinValue} to ${MaxValue}`;
}

function output(name: string, { Description }: Output): Lines {
  return [
    `output "${snakeCase(name)}" {`,
    `  description = ${text(Description)}`,
    // Outputs with a condition may be absent.
    `  value       = lookup(${STACK}.outputs, "${name}", null)`,
    '}',
  ];
}

/** Text of HCL, in which nothing is interpolated. */
function text(content: string): string {
  return JSON.stringify(content).replace(/[$%](?=\{)/g, '$&$&');
}
