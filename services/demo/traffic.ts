/** An object that others put into the archive, from which reports take names. */
export interface NameFile {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** A NAT gateway of a story. */
export interface StoryGateway {
  readonly id: string;
  readonly name: string;
  readonly mode: 'zonal' | 'regional';
  readonly interfaces: readonly string[];
  /** The private address that its clients' packets are sent to. */
  readonly address: string;
  readonly vpcId: string;
  readonly subnetId: string;
  /** The minutes in which it is created and deleted; undefined: it is there before and after the story. */
  readonly createdIn?: number;
  readonly deletedIn?: number;
}

/** The members of a flow log that decide what its lines look like. */
export interface FlowLogSettings {
  /** LogFormat: `${version} ${account-id} …`. */
  readonly format: string;
  readonly resourceId: string;
  readonly resourceType: string;
}

/** What CloudWatch meters at a NAT gateway in a minute: bytes received from clients and from the internet. */
interface MeteredBytes {
  readonly BytesInFromSource: number;
  readonly BytesInFromDestination: number;
}

/** One minute at one gateway. */
export interface Minute {
  readonly metered: MeteredBytes;
  /** Bytes of the exchanges that began in this part of it (Unix ms). */
  bytes(from: number, until: number): number;
  /** The lines that a flow log writes which captured from one time to another (Unix ms). */
  lines(flowLog: FlowLogSettings, from: number, until: number): string[];
}

/** What goes through the gateways of a story. */
export interface Traffic {
  /** Unix milliseconds, at the beginning of a minute. */
  readonly start: number;
  /** How many minutes the story has; `minute` answers for later ones too. */
  readonly minutes: number;
  readonly gateways: readonly StoryGateway[];
  minute(gatewayId: string, index: number): Minute;
  /** The files of names that are in the archive at a time (Unix ms); absent where there are none. */
  readonly nameFiles?: (at: number) => readonly NameFile[];
}
