import { Names, type Who } from '../../names/names.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import { describedClaims } from './described-claims.ts';
import type { VpcDescription } from './vpc-description.ts';

/** A source: its address, and who has it. */
export interface NamedSource extends Who {
  readonly address: string;
}

/** Finds out who a source is, by what `sourceText` says of it. */
export type NamesOf = (source: string) => NamedSource;

/** Names of sources by files of names and by EC2's description. An owner in `vpcIds` takes precedence. */
export function namesOf(
  network: VpcDescription,
  vpcIds?: ReadonlySet<string>,
  { tenures, origins }: Partial<Pick<Aggregate, 'tenures' | 'origins'>> = {},
): NamesOf {
  const names = new Names(describedClaims(network), tenures);
  const found = new Map<string, NamedSource>();
  return (source) => {
    const known = found.get(source);
    if (known !== undefined) return known;
    const [address = '', origin] = source.split('#');
    const { tenure = 0 } = origins?.of(Number(origin ?? 0)) ?? {};
    const who = { address, ...names.of(address, tenure, vpcIds) };
    found.set(source, who);
    return who;
  };
}
