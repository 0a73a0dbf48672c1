import type { NewEncoder } from './encoder.ts';
import type { NewOptionsData } from './options.ts';
import type { Version } from './protocol.ts';
import { V5Encoder } from './v5.ts';

/**
 * The encoders of a version. `options` is data that is sent before the templates; v5 has none. A dynamic import: v5,
 * the default, has no templates.
 */
export async function loadEncoder(
  version: Version,
  options?: NewOptionsData | undefined,
): Promise<NewEncoder> {
  if (version === 5) return (maxPacketOctets) => new V5Encoder(maxPacketOctets);
  const { templateEncoder } = await import('./template-encoders.ts');
  return templateEncoder(version, options);
}
