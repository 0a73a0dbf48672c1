import { type Format, parseFormat } from '../flowlog/format.ts';
import type { SettingsReader } from './settings-reader.ts';

/** AWS's LogFormat of the flow logs. Set by hand; the template has no parameter for it. */
export const LOG_FORMAT = { variable: 'NATFLOW_LOG_FORMAT', default: '' };

/** The fields that LOG_FORMAT names; undefined: they are recognised by the lines. */
export function readFormat(read: SettingsReader): Format | undefined {
  return read.parsed(LOG_FORMAT, (text) => (text ? parseFormat(text) : undefined));
}

/** Dollars; undefined: none are set. @throws RangeError */
export function readPrice(text: string): number | undefined {
  if (text === '') return undefined;
  if (/^\d{1,6}(\.\d{1,9})?$/.test(text)) return Number(text);
  throw new RangeError(`"${text}" is not an amount of dollars`);
}

/** @throws RangeError */
export function readBoolean(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new RangeError(`"${text}" is not true or false`);
}
