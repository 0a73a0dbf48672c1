import type { Fragment } from '../../services/macro/fragment.ts';
import { walk } from './cloudformation.ts';

/** A statement of a policy, with its path in the template. */
export interface Statement {
  readonly path: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  readonly conditions: readonly Record<string, unknown>[];
  readonly principal: unknown;
}

/** All policy statements of a template: of roles, queues, buckets, topics and keys. */
export function statements(template: Fragment): Statement[] {
  return [...walk(template.Resources)]
    .filter(([path, value]) => path.at(-1) === 'Statement' && Array.isArray(value))
    .flatMap(([path, value]) =>
      (value as unknown[]).flatMap(branches).map((each) => read(path.join('.'), each)),
    );
}

/** A statement may be inside a condition. */
function branches(statement: unknown): Record<string, unknown>[] {
  const { 'Fn::If': choice, ...plain } = statement as Record<string, unknown>;
  if (choice === undefined) return 'Ref' in plain ? [] : [plain];
  return (choice as unknown[]).slice(1).flatMap(branches);
}

function read(path: string, statement: Record<string, unknown>): Statement {
  return {
    path,
    effect: String(statement['Effect']),
    actions: list(statement['Action']).map(String),
    resources: list(statement['Resource']),
    conditions: Object.values(statement['Condition'] ?? {}),
    principal: statement['Principal'],
  };
}

function list(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
