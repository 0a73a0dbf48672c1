import type { NewEncoder } from './encoder.ts';
import { Ipfix } from './ipfix.ts';
import type { NewOptionsData } from './options.ts';
import { TemplateEncoder } from './template-encoder.ts';
import { V9 } from './v9.ts';

/** The encoders of v9 and IPFIX. */
export function templateEncoder(version: 9 | 10, options?: NewOptionsData | undefined): NewEncoder {
  return (maxPacketOctets, domain) => {
    const dialect = version === 9 ? new V9() : new Ipfix();
    const optionsData = options?.(version, maxPacketOctets, domain);
    return new TemplateEncoder(dialect, maxPacketOctets, optionsData);
  };
}
