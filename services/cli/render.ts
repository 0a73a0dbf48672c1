import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { shellWord } from '../../shared/command-line.ts';
import { buildScripts } from '../../shared/disk/installation.ts';
import { cannotWrite, writeWholeFile } from '../../shared/disk/write-whole-file.ts';
import { writeLine } from '../../shared/terminal.ts';
import { RunError } from './errors.ts';
import { DEFAULT_PREFIX } from './render/code-place.ts';
import { BUCKET_PLACE } from './render/deployer-policy.ts';
import { type RenderedFiles, renderFiles } from './render/files.ts';

/**
 * The most bytes of a template in a call.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
const MOST_IN_CALL = 51_200;

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
      const rendered = await renderFiles();
      for (const [path, content] of rendered.files) await writeWholeFile(join(out, path), content);
      for (const line of nextSteps(out, rendered)) write(line);
    });
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new RunError(cannotWrite(folder, cause).message, { cause });
  }
}

/** What was written, and the commands that follow. */
function nextSteps(out: string, { template, zips }: RenderedFiles): string[] {
  const { length } = template.content;
  const size = `${Math.ceil(length / 1000)} KB of at most 1 MB`;
  const way = length > MOST_IN_CALL ? ', more than the 51,200 bytes that fit into a call' : '';
  const place = `https://${BUCKET_PLACE}.s3.REGION.amazonaws.com/${DEFAULT_PREFIX}`;
  const parameters = [
    `ArtifactBucket,ParameterValue=${BUCKET_PLACE}`,
    'NatGatewayIds,ParameterValue=all',
  ];
  return [
    `template   ${join(out, 'upload', template.name)}, ${size}${way}`,
    `code       ${zips.map(({ name }) => name).join(', ')} beside it`,
    `terraform  ${join(out, 'terraform')}, a module whose variables are the template's parameters`,
    `policy     ${join(out, 'deployer-policy.json')}, what the deployer may do; put the bucket's name in place of ${BUCKET_PLACE}`,
    `upload     aws s3 sync ${shellWord(join(out, 'upload'))} s3://${BUCKET_PLACE}/${DEFAULT_PREFIX}`,
    `deploy     aws cloudformation create-stack --stack-name natflow --capabilities CAPABILITY_IAM --template-url ${place}${template.name} --parameters ${parameters.map((each) => `ParameterKey=${each}`).join(' ')}`,
  ];
}
