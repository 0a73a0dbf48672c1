import { globSync } from 'node:fs';

/** Files that are mutated together, and the tests that should kill the mutants. Globs from the project's root. */
export interface Group {
  readonly files: readonly string[];
  readonly except?: readonly string[];
  /** Files whose template strings contain code. */
  readonly generating?: readonly string[];
  readonly tests: readonly string[];
}

/** The pure cores, without entry points, files of types only, and the style of a report. */
export const GROUPS: Readonly<Record<string, Group>> = {
  flowlog: {
    files: ['shared/flowlog/**/*.ts'],
    // Makes test data.
    except: ['shared/flowlog/**/synth.ts'],
    generating: ['shared/flowlog/**/compile*.ts'],
    tests: [
      'shared/flowlog/**/parser.test.ts',
      'shared/flowlog/**/*.test.ts',
      'tests/flow-log-cases.test.ts',
      'services/cli/**/parse.test.ts',
      'shared/export/**/*.test.ts',
      'services/forwarder/**/*.test.ts',
      'tests/data-path.test.ts',
      'tests/forwarder/**/{forward,events}.test.ts',
      'shared/flow/heavy-hitters*.test.ts',
      'tests/reporter/**/{totals,command}.{test,large}.ts',
      'services/cli/**/replay*.{test,large}.ts',
    ],
  },
  netflow: {
    files: ['shared/netflow/**/*.ts'],
    tests: [
      'shared/netflow/**/*.test.ts',
      'shared/collector/**/*.test.ts',
      'tests/datagrams.test.ts',
      'shared/export/**/*.test.ts',
      'tests/data-path.test.ts',
      'services/cli/**/{replay*,collect}.{test,large}.ts',
      'tests/forwarder/**/{forward,events}.test.ts',
      'tests/forwarder/**/stream.large.ts',
      'tests/exporter-slots.large.ts',
    ],
  },
  flow: {
    files: ['shared/flow/**/*.ts'],
    tests: [
      'shared/flow/**/*.test.ts',
      'shared/flowlog/**/{parser,values,text-fields,synth}.test.ts',
      'shared/export/**/*.test.ts',
      'services/cli/**/{parse,replay*,report*}.{test,large}.ts',
      'shared/netflow/**/*.test.ts',
      'tests/data-path.test.ts',
      'tests/reporter/**/{command,totals}.{test,large}.ts',
      'services/reporter/**/report-recording.test.ts',
      'shared/report/**/{timeline,advice}.test.ts',
      'tests/forwarder/**/{forward,events}.test.ts',
      'tests/forwarder/**/stream.large.ts',
    ],
  },
  export: {
    files: ['shared/export/**/*.ts'],
    // Types only.
    except: ['shared/export/transport.ts'],
    tests: [
      'shared/export/**/*.test.ts',
      'services/{forwarder,replayer}/**/{metrics,result}.test.ts',
      'services/cli/**/replay*.{test,large}.ts',
      'tests/forwarder/**/{forward,counts,collectors}.test.ts',
      'tests/forwarder/**/hanging.large.ts',
      'tests/replayer/**/bundle.large.ts',
    ],
  },
  controller: {
    files: ['services/controller/**/*.ts'],
    except: ['services/controller/**/handler.ts'],
    tests: [
      'services/controller/**/*.test.ts',
      'tests/controller/**/{defects,state-table,future-times,alarm-events,fake-aws}.test.ts',
      'tests/controller/**/histories.test.ts',
      'tests/controller/**/bundle.large.ts',
      'services/cli/**/{doctor,record*}.test.ts',
      'tests/doctor/**/*.test.ts',
    ],
  },
  forwarder: {
    files: ['services/forwarder/**/*.ts'],
    except: ['services/forwarder/**/handler.ts'],
    tests: [
      'services/forwarder/**/*.test.ts',
      'tests/forwarder/**/{forward,events,counts}.test.ts',
      'tests/forwarder/**/collectors.test.ts',
      'tests/forwarder/**/{hanging,bundle,stream}.large.ts',
      'tests/data-path.test.ts',
      'tests/put-records.large.ts',
    ],
  },
  report: {
    files: ['shared/{report,prices}/**/*.ts', 'shared/text/columns.ts'],
    except: [
      'shared/report/render/*.ts',
      'shared/{report,prices}/**/{labels,tables,add-text,price-table}.ts',
    ],
    tests: [
      '{shared/report,shared/prices,shared/text}/**/*.test.ts',
      'tests/reporter/**/{totals,renderers,command}.{test,large}.ts',
      'services/reporter/**/*.test.ts',
      'tests/reporter/**/*.test.ts',
      'shared/contract/**/*.test.ts',
      'services/cli/**/report*.test.ts',
    ],
  },
};

/** The files of a group that are mutated. */
export function filesOf({ files, except = [] }: Group, root: string): string[] {
  const found = expand(files, root, except);
  return found.filter((file) => !file.endsWith('.test.ts') && !file.endsWith('.d.ts'));
}

export function isGenerating({ generating = [] }: Group, root: string, file: string): boolean {
  return expand(generating, root).includes(file);
}

/** The tests that should kill a mutant of this group. */
export function testsOf({ tests }: Group, root: string): string[] {
  return expand(tests, root);
}

/** @throws Error naming a pattern that matches nothing, as after files have moved. */
function expand(patterns: readonly string[], root: string, exclude: readonly string[] = []) {
  const found = patterns.flatMap((pattern) => {
    const files = globSync(pattern, { cwd: root, exclude }).sort();
    if (files.length === 0) throw new Error(`tests/mutation/groups.ts: ${pattern} matches no file`);
    return files;
  });
  return [...new Set(found)];
}
