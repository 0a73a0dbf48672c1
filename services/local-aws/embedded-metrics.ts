import * as v from 'valibot';

/** The metrics that one log line publishes in one namespace. */
export interface PublishedMetrics {
  readonly namespace: string;
  /** CloudWatch keeps a metric of its own for each of these sets. */
  readonly dimensions: readonly Readonly<Record<string, string>>[];
  /** Unix milliseconds. */
  readonly at: number;
  /** By metric name. A list of values counts as their sum, as in CloudWatch's statistic Sum. */
  readonly values: Readonly<Record<string, number>>;
}

const NAME = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const UNIT = v.pipe(
  v.string(),
  v.regex(
    /^(Seconds|Milliseconds|Microseconds|Percent|None|(Count|Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|Kilobits|Megabits|Gigabits|Terabits)(\/Second)?)$/,
  ),
);
const DIRECTIVE = v.object({
  Namespace: NAME,
  Dimensions: v.pipe(v.array(v.pipe(v.array(NAME), v.maxLength(30))), v.minLength(1)),
  Metrics: v.pipe(v.array(v.object({ Name: NAME, Unit: v.optional(UNIT) })), v.maxLength(100)),
});
const DOCUMENT = v.looseObject({
  _aws: v.object({
    Timestamp: v.pipe(v.number(), v.integer()),
    CloudWatchMetrics: v.array(DIRECTIVE),
  }),
});
/** The members of the document that a directive names. */
const METRIC_TARGET = v.union([v.number(), v.pipe(v.array(v.number()), v.maxLength(100))]);
const DIMENSION_TARGET = v.string();

/**
 * The metrics that CloudWatch extracts from a line of a function's log, in embedded metric format. None
 * when the line is not in this format or breaks its rules: CloudWatch keeps such a line as text only.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function readEmbeddedMetrics(line: string): PublishedMetrics[] {
  if (!line.startsWith('{')) return [];
  try {
    const document = v.parse(DOCUMENT, JSON.parse(line));
    const { CloudWatchMetrics, Timestamp } = document._aws;
    return CloudWatchMetrics.map((directive) => published(document, directive, Timestamp));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof v.ValiError) return [];
    throw error;
  }
}

function published(
  document: Readonly<Record<string, unknown>>,
  { Namespace, Dimensions, Metrics }: v.InferOutput<typeof DIRECTIVE>,
  at: number,
): PublishedMetrics {
  const dimension = (name: string) => [name, v.parse(DIMENSION_TARGET, document[name])] as const;
  const value = (name: string) => {
    const target = v.parse(METRIC_TARGET, document[name]);
    return [target].flat().reduce((sum, each) => sum + each, 0);
  };
  return {
    namespace: Namespace,
    dimensions: Dimensions.map((set) => Object.fromEntries(set.map(dimension))),
    at,
    values: Object.fromEntries(Metrics.map(({ Name }) => [Name, value(Name)])),
  };
}
