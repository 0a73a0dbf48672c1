import { PROGRAM } from '../../shared/disk/installation.ts';

/** What is typed after the program's name to do something with a command, for its help. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  natflow: ['start --once', 'report flows.log', 'deploy'],
  parse: ['parse flows.log.gz', "parse --format '${srcaddr} ${dstaddr} ${bytes}' flows.log"],
  replay: [
    'replay -n 10.0.9.9:2055 flows.log.gz',
    'replay -n 10.0.9.9:4739 -v ipfix --legs private --since 2h s3://bucket/AWSLogs/',
    'replay --dry-run --json flows.log',
  ],
  collect: ['collect', 'collect --listen 0.0.0.0:9995 --json --idle 60'],
  synth: ['synth --flows 10000 > flows.log'],
  report: [
    'report flows.log --html report.html',
    'report --vpc vpc.json --threshold 500MB flows.log.gz',
    'report --since 3d s3://bucket/AWSLogs/',
  ],
  start: ['start', 'start --scenario flapping --once', 'start -n 127.0.0.1:9995 -v 9 flows.log'],
  record: [
    'record list',
    'record start nat-0123456789abcdef0 --minutes 15 --verify',
    'record stop nat-0123456789abcdef0',
  ],
  recordings: ['recordings', 'recordings show ID'],
  'recordings list': [
    'recordings list --month 2026-11',
    'recordings --month 2026-11 --from s3://bucket/prefix --csv',
  ],
  'recordings show': ['recordings show ID --html report.html'],
  budget: ['budget', 'budget reset'],
  fix: ['fix ID', 'fix report.json --apply --profile work'],
  doctor: ['doctor', 'doctor --stack two --region eu-west-1 --profile work'],
  deploy: [
    'deploy',
    'deploy --region eu-west-1 --profile work',
    'deploy --nat all --email you@example.com --budget 20',
    'deploy --nat all --parameter-overrides Threshold=500MB RecordingTime=600',
  ],
  undeploy: ['undeploy', 'undeploy --stack-name two --no-prompts'],
  render: ['render', 'render --out natflow-0.1.0'],
  preflight: [
    'preflight',
    'preflight --continuous vpc-0123456789abcdef0',
    'preflight --nat nat-0123456789abcdef0 -n 10.0.9.9:2055 --subnets subnet-0123456789abcdef0',
  ],
};

/** The examples of a command for the end of its help, each on a line of its own however wide the terminal is. */
export function examples(command: string): string {
  const lines = EXAMPLES[command]?.map((example) => `  ${PROGRAM} ${example}`) ?? [];
  return lines.length === 0 ? '' : `\nExamples:\n${lines.join('\n')}`;
}

/** The commands that have examples, and these. */
export function allExamples(): readonly (readonly [command: string, example: string])[] {
  return Object.entries(EXAMPLES).flatMap(([command, lines]) =>
    lines.map((line) => [command, line] as const),
  );
}
