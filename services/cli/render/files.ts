import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../../shared/disk/installation.ts';
import { RunError } from '../errors.ts';
import { readTemplate } from '../template.ts';
import { type Artifact, artifactOf, zipOf } from './artifacts.ts';
import { renderedPolicy } from './deployer-policy.ts';
import { plainTemplate } from './plain-template.ts';
import { terraformModule } from './terraform.ts';

/** The bundles of the functions, as CodeUri has them. */
const BUNDLES = ['dist/controller', 'dist/forwarder', 'dist/replayer', 'dist/reporter'];
/**
 * The most bytes of a template in a bucket.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
const MOST_BYTES = 1_000_000;

/** What `natflow render` writes. */
export interface RenderedFiles {
  /** To be uploaded: the template, and the functions' code. */
  readonly template: Artifact;
  readonly zips: readonly Artifact[];
  /** All files by their paths, those to be uploaded included. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
}

/**
 * The template without transforms, the functions' code, a Terraform module and the policy of a deployer.
 * @throws RunError when the template is too large for CloudFormation.
 */
export async function renderFiles(): Promise<RenderedFiles> {
  const zips = await Promise.all(BUNDLES.map(zipOf));
  const plain = plainTemplate(readTemplate('template.yaml'), (codeUri) => {
    const zip = zips[BUNDLES.indexOf(codeUri)];
    if (zip === undefined) throw new Error(`there is no bundle ${codeUri}`);
    return zip.name;
  });
  const content = Buffer.from(JSON.stringify(plain, null, 1));
  if (content.length > MOST_BYTES) throw new RunError('the template is larger than 1 MB');
  const template = artifactOf('natflow', 'template.json', content);
  const policy = JSON.parse(await readFile(join(ROOT, 'infra/deployer-policy.json'), 'utf8'));
  const module = Object.entries(terraformModule(plain, template.name));
  const files = new Map<string, string | Uint8Array>([
    ...[template, ...zips].map((each) => [`upload/${each.name}`, each.content] as const),
    ...module.map(([name, text]) => [`terraform/${name}`, text] as const),
    ['deployer-policy.json', `${JSON.stringify(renderedPolicy(policy), null, 2)}\n`],
  ]);
  return { template, zips, files };
}
