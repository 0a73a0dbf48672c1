/** What a region's data costs on its way to other regions, in US dollars per GiB. */
interface TransferPrices {
  readonly perGib: number;
  /** Of the regions with another price. */
  readonly to?: Readonly<Record<string, number>>;
}

/**
 * List prices of data transfer between regions, which the sender's region decides. They are from bills and cost guides
 * that others published, such as "$0.02 per GB - US East (Northern Virginia) data transfer to EU (Ireland)", and were not
 * compared with a price file of AWS. Other regions are not known.
 * https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer
 */
const TRANSFER_PRICES: Readonly<Record<string, TransferPrices>> = {
  'us-east-1': { perGib: 0.02, to: { 'us-east-2': 0.01 } },
  'us-east-2': { perGib: 0.02, to: { 'us-east-1': 0.01 } },
  'us-west-2': { perGib: 0.02 },
  'eu-west-1': { perGib: 0.02 },
  'ap-northeast-1': { perGib: 0.09 },
};

/** Dollars per GiB that is sent from one region to another; undefined where it is not known. */
export function transferPerGib(from: string, to: string): number | undefined {
  // A list may name any region, even a member that every object has.
  if (!Object.hasOwn(TRANSFER_PRICES, from)) return undefined;
  const { perGib, to: others = {} } = TRANSFER_PRICES[from] ?? {};
  return Object.hasOwn(others, to) ? others[to] : perGib;
}
