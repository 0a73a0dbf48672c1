/** The month of the newest price file that the table was checked with. */
export const PRICES_AS_OF = '2026-09';

/** US dollars; AWS writes GB and counts 2^30 bytes. */
export interface RegionPrices {
  /** How the ids of the region's zones begin: `use1` in `use1-az1`. */
  readonly zone: string;
  /** Per GiB that a NAT gateway processes. */
  readonly natPerGib: number;
  /** An interface endpoint, per hour and zone. */
  readonly endpointPerHour: number;
  /** Delivery of vended logs to Firehose per GiB, first tier. */
  readonly deliveryPerGib: number;
}

const of = (
  zone: string,
  natPerGib: number,
  endpointPerHour: number,
  deliveryPerGib: number,
): RegionPrices => ({ zone, natPerGib, endpointPerHour, deliveryPerGib });

/** Prices of regions that the table lacks. */
export const DEFAULT_PRICES: RegionPrices = of('use1', 0.045, 0.01, 0.25);

/**
 * List prices by region, of all that AWS's price files name but China's. The files are those behind
 * https://aws.amazon.com/vpc/pricing/ and https://aws.amazon.com/cloudwatch/pricing/, as copied in
 * github.com/lamngockhuong/aws-price: NAT gateways of 2025-10-28, endpoints of 2025-11-04, delivery of
 * 2025-09-23. NAT gateways were compared with the file of 2026-09-03 (github.com/iammanis/ec2-vps) and
 * agreed; it has the first 23 regions. Zones are those of AWS's list of availability zones. Prices change
 * and contracts differ: every command takes its own, and a report says which one it used.
 */
export const PRICE_TABLE: Readonly<Record<string, RegionPrices>> = {
  'us-east-1': DEFAULT_PRICES,
  'us-east-2': of('use2', 0.045, 0.01, 0.25),
  'us-west-1': of('usw1', 0.048, 0.011, 0.335),
  'us-west-2': of('usw2', 0.045, 0.01, 0.25),
  'ca-central-1': of('cac1', 0.05, 0.011, 0.275),
  'eu-west-1': of('euw1', 0.048, 0.011, 0.285),
  'eu-west-2': of('euw2', 0.05, 0.011, 0.299),
  'eu-west-3': of('euw3', 0.05, 0.011, 0.25),
  'eu-central-1': of('euc1', 0.052, 0.012, 0.285),
  'eu-north-1': of('eun1', 0.046, 0.0105, 0.271),
  'eu-south-1': of('eus1', 0.05, 0.01155, 0.3),
  'ap-east-1': of('ape1', 0.065, 0.0143, 0.39),
  'ap-south-1': of('aps1', 0.056, 0.013, 0.335),
  'ap-northeast-1': of('apne1', 0.062, 0.014, 0.38),
  'ap-northeast-2': of('apne2', 0.059, 0.013, 0.38),
  'ap-northeast-3': of('apne3', 0.062, 0.014, 0.38),
  'ap-southeast-1': of('apse1', 0.059, 0.013, 0.35),
  'ap-southeast-2': of('apse2', 0.059, 0.013, 0.335),
  'ap-southeast-3': of('apse3', 0.059, 0.013, 0.35),
  'sa-east-1': of('sae1', 0.093, 0.021, 0.45),
  'me-south-1': of('mes1', 0.0528, 0.0121, 0.314),
  'af-south-1': of('afs1', 0.057, 0.01309, 0.339),
  'il-central-1': of('ilc1', 0.0504, 0.01155, 0.25),
  'ap-east-2': of('ape2', 0.0558, 0.0126, 0.25),
  'ap-south-2': of('aps2', 0.056, 0.013, 0.335),
  'ap-southeast-4': of('apse4', 0.059, 0.013, 0.335),
  'ap-southeast-5': of('apse5', 0.05015, 0.0117, 0.25),
  'ap-southeast-6': of('apse6', 0.06195, 0.01365, 0.25),
  'ap-southeast-7': of('apse7', 0.05015, 0.0117, 0.25),
  'ca-west-1': of('caw1', 0.05, 0.011, 0.275),
  'eu-central-2': of('euc2', 0.0572, 0.0132, 0.314),
  'eu-south-2': of('eus2', 0.048, 0.011, 0.285),
  'me-central-1': of('mec1', 0.0528, 0.0121, 0.314),
  'mx-central-1': of('mxc1', 0.04725, 0.0105, 0.25),
  'us-gov-east-1': of('usge1', 0.054, 0.0125, 0.338),
  'us-gov-west-1': of('usgw1', 0.054, 0.0125, 0.338),
};
