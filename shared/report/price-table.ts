/** When the table was last looked over. */
export const PRICES_AS_OF = '2026-11';

export interface RegionPrices {
  /** How the ids of the region's zones begin: `use1` in `use1-az1`. */
  readonly zone: string;
  /** US dollars per GiB that a NAT gateway processes; AWS writes GB and counts 2^30 bytes. */
  readonly natPerGib: number;
}

const of = (zone: string, natPerGib: number): RegionPrices => ({ zone, natPerGib });

/**
 * List prices of https://aws.amazon.com/vpc/pricing/ by region, as far as known here. Prices change and
 * contracts differ: every command takes its own, and a report says which one it used.
 */
export const PRICE_TABLE: Readonly<Record<string, RegionPrices>> = {
  'us-east-1': of('use1', 0.045),
  'us-east-2': of('use2', 0.045),
  'us-west-1': of('usw1', 0.048),
  'us-west-2': of('usw2', 0.045),
  'ca-central-1': of('cac1', 0.05),
  'eu-west-1': of('euw1', 0.048),
  'eu-west-2': of('euw2', 0.05),
  'eu-west-3': of('euw3', 0.05),
  'eu-central-1': of('euc1', 0.052),
  'eu-north-1': of('eun1', 0.046),
  'eu-south-1': of('eus1', 0.05),
  'ap-east-1': of('ape1', 0.065),
  'ap-south-1': of('aps1', 0.056),
  'ap-northeast-1': of('apne1', 0.062),
  'ap-northeast-2': of('apne2', 0.059),
  'ap-northeast-3': of('apne3', 0.062),
  'ap-southeast-1': of('apse1', 0.059),
  'ap-southeast-2': of('apse2', 0.059),
  'sa-east-1': of('sae1', 0.093),
};
