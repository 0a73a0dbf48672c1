import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { shellWord } from '../../shared/command-line.ts';
import { buildScripts, ROOT } from '../../shared/disk/installation.ts';
import { cannotWrite, writeWholeFile } from '../../shared/disk/write-whole-file.ts';
import { writeLine } from '../../shared/terminal.ts';
import { RunError } from './errors.ts';
import { type Artifact, artifactOf, zipOf } from './render/artifacts.ts';
import { BUCKET_PLACE, renderedPolicy } from './render/deployer-policy.ts';
import { plainTemplate } from './render/plain-template.ts';
import { terraformModule } from './render/terraform.ts';
import { readTemplate } from './template.ts';

const BUNDLES = ['controller', 'forwarder', 'replayer', 'reporter'];
const PREFIX = 'natflow/';
/**
 * The most bytes of a template in a call, and in a bucket.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
const MOST_IN_CALL = 51_200;
const MOST_IN_BUCKET = 1_000_000;

/** `natflow render`: the template without transforms, the functions' code, and a Terraform module, as files. */
export function renderCommand(write: (line: string) => void = writeLine): Command {
  return new Command('render')
    .description(
      'write natflow as a plain CloudFormation template for StackSets, with its code and a Terraform module',
    )
    .option('--out <folder>', 'where the files are written', 'natflow-rendered')
    .action(async ({ out }: { readonly out: string }) => {
      for (const name of ['upload', 'terraform']) await makeFolder(join(out, name));
      const scripts = await buildScripts();
      await scripts?.buildForDeployment();
      for (const line of nextSteps(out, await renderInto(out))) write(line);
    });
}

/** What was rendered. */
interface Rendered {
  readonly template: Artifact;
  readonly zips: readonly Artifact[];
}

async function renderInto(out: string): Promise<Rendered> {
  const zips = await Promise.all(BUNDLES.map((name) => zipOf(`dist/${name}`)));
  const plain = plainTemplate(readTemplate('template.yaml'), (codeUri) => {
    const zip = zips[BUNDLES.findIndex((name) => codeUri === `dist/${name}`)];
    if (zip === undefined) throw new Error(`there is no bundle ${codeUri}`);
    return zip.name;
  });
  const content = Buffer.from(JSON.stringify(plain, null, 1));
  const template = artifactOf('natflow', 'template.json', content);
  if (content.length > MOST_IN_BUCKET) throw new RunError('the template is larger than 1 MB');
  const policy = JSON.parse(await readFile(join(ROOT, 'infra/deployer-policy.json'), 'utf8'));
  const files = new Map<string, string | Uint8Array>([
    ...[template, ...zips].map((each) => [`upload/${each.name}`, each.content] as const),
    ...Object.entries(terraformModule(plain, template.name)).map(
      ([name, text]) => [`terraform/${name}`, text] as const,
    ),
    ['deployer-policy.json', `${JSON.stringify(renderedPolicy(policy), null, 2)}\n`],
  ]);
  for (const [name, text] of files) await writeWholeFile(join(out, name), text);
  return { template, zips };
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new RunError(cannotWrite(folder, cause).message, { cause });
  }
}

/** What was written, and the commands that follow. */
function nextSteps(out: string, { template, zips }: Rendered): string[] {
  const { length } = template.content;
  const size = `${Math.ceil(length / 1000)} KB of at most 1 MB`;
  const way = length > MOST_IN_CALL ? ', more than the 51,200 bytes that fit into a call' : '';
  const place = `https://${BUCKET_PLACE}.s3.REGION.amazonaws.com/${PREFIX}`;
  const parameters = [
    `ArtifactBucket,ParameterValue=${BUCKET_PLACE}`,
    'NatGatewayIds,ParameterValue=all',
  ];
  return [
    `template   ${join(out, 'upload', template.name)}, ${size}${way}`,
    `code       ${zips.map(({ name }) => name).join(', ')} beside it`,
    `terraform  ${join(out, 'terraform')}, a module whose variables are the template's parameters`,
    `policy     ${join(out, 'deployer-policy.json')}, what the deployer may do; put the bucket's name in place of ${BUCKET_PLACE}`,
    `upload     aws s3 sync ${shellWord(join(out, 'upload'))} s3://${BUCKET_PLACE}/${PREFIX}`,
    `deploy     aws cloudformation create-stack --stack-name natflow --capabilities CAPABILITY_IAM --template-url ${place}${template.name} --parameters ${parameters.map((each) => `ParameterKey=${each}`).join(' ')}`,
  ];
}
