/** Sources that share a colour: one source, or some that have something in common. */
export interface SourceGroup {
  readonly label: string;
  /** How many sources it has. */
  readonly sources: number;
  readonly bytes: number;
  readonly share: number;
}

/** The groups that colours tell apart, the heaviest first. Sources in none of them are the others. */
export interface SourceGroups {
  readonly by: 'source' | 'label' | 'name' | 'zone' | 'subnet' | 'block';
  readonly groups: readonly SourceGroup[];
}

/** Bytes per step of time. */
export interface Timeline {
  /** Unix seconds. */
  readonly start: number;
  readonly stepSeconds: number;
  readonly total: readonly number[];
  /** The source groups in their order, then the others if they have bytes. They add up to `total`. */
  readonly series: readonly TimelineSeries[];
  /** The parts of the series are known for this many minutes together; within them every minute is divided alike. */
  readonly seriesMinutes: number;
  /** Of a filtered report: bytes of each step, also of those at other times than are asked for. */
  readonly allTimes?: readonly number[] | undefined;
  /** Bytes that CloudWatch metered in each step. */
  readonly metered?: readonly number[] | undefined;
  /** The alarm's threshold in bytes per minute, and its period. */
  readonly threshold?: number | undefined;
  readonly periodSeconds: number;
  /** Whose bytes the peaks are: CloudWatch's, as the alarm saw them, or those of the lines. */
  readonly peaksOf: 'metered' | 'lines';
  /** The heaviest first; none where it is not known which of several interfaces are gateways. */
  readonly gateways: readonly GatewayTimeline[];
}

interface TimelineSeries {
  readonly label: string;
  readonly bytes: readonly number[];
}

/** One gateway's bytes per step of time, as its alarm saw them. */
export interface GatewayTimeline {
  readonly name: string;
  readonly total: readonly number[];
  /** The mean bytes per minute of the heaviest period of the alarm that touches the step. */
  readonly peaks: readonly number[];
  /** How many periods were over the threshold, and how many there are. */
  readonly over: number;
  readonly periods: number;
}

/** One band of the diagram. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
  /** The source group that it begins at; undefined: the others, or no source. */
  readonly group?: number | undefined;
}

/** From source groups to targets (AWS services, addresses outside AWS), and from each AWS service to its addresses. */
export interface Links {
  readonly sources: readonly Link[];
  readonly destinations: readonly Link[];
}
