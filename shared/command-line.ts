import type { ControllerCommand } from './contract/controller.ts';
import type { ReporterCommand } from './contract/reporter.ts';

/** The default stack name. */
export const DEFAULT_STACK = 'natflow';

/** A deployed stack and its region. */
export interface StackPlace {
  readonly stack: string;
  readonly region: string;
}

/** The functions of a stack that are invoked by hand, and what each is asked. */
interface Requests {
  readonly controller: ControllerCommand;
  readonly reporter: ReporterCommand;
}

/** The name of a stack's function. */
export function functionName(stack: string, name: keyof Requests): string {
  return `${stack}-${name}`;
}

/**
 * The command line of the AWS CLI that invokes a function of the stack and prints its answer. The request comes
 * from standard input as `fileb://`, which is read alike by versions 1 and 2 of the AWS CLI: on the command line,
 * version 2 takes it for base64 unless an option says otherwise that version 1 does not have.
 */
export function invokeCommand<Name extends keyof Requests>(
  { stack, region }: StackPlace,
  name: Name,
  request: Requests[Name],
): string {
  const called = shellWord(functionName(stack, name));
  return `echo ${shellWord(JSON.stringify(request))} | aws lambda invoke --region ${shellWord(region)} --function-name ${called} --payload fileb:///dev/stdin /dev/stdout`;
}

/** The command line of the AWS CLI that copies an object, `s3://bucket/key`, to the current folder. */
export function copyCommand(region: string, object: string): string {
  return `aws s3 cp ${shellWord(object)} . --region ${shellWord(region)}`;
}

/** The command line of the AWS CLI that lists the objects below a prefix, `s3://bucket/prefix/`. */
export function listCommand(region: string, prefix: string): string {
  return `aws s3 ls ${shellWord(prefix)} --region ${shellWord(region)}`;
}

/** The text as one word of a POSIX shell's command line, in quotes where it needs them. */
export function shellWord(text: string): string {
  return /^[\w%+,./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
