/** Bytes in a GiB. */
export const GIB = 2 ** 30;

const UNITS = [
  { name: 'GiB', bytes: GIB, digits: 2, from: 0.1 },
  { name: 'MiB', bytes: 2 ** 20, digits: 2, from: 0.1 },
  { name: 'KiB', bytes: 2 ** 10, digits: 2, from: 1 },
  { name: 'B', bytes: 1, digits: 0, from: 1 },
] as const;

/** A unit of bytes. The numbers of one table share a unit, so that they can be compared. */
export type Unit = (typeof UNITS)[number];

/** The unit that a number of bytes is written in: the largest of which it is a tenth or more, but bytes below 1 KiB. */
export function unitFor(bytes: number): Unit {
  return UNITS.find((unit) => bytes >= unit.bytes * unit.from) ?? UNITS[3];
}

/** Bytes as a number of the unit, without its name: `33.95`, `1,234.00`. */
export function inUnit(bytes: number, { bytes: size, digits }: Unit): string {
  return withDigits(bytes / size, digits);
}

/** Bytes in the largest unit that fits: `33.95 GiB`, `512 B`. */
export function size(bytes: number): string {
  const unit = unitFor(bytes);
  return `${inUnit(bytes, unit)} ${unit.name}`;
}

/** A whole number, or its decimal digits, in groups of three: `1,234`. */
export function count(number: number | string): string {
  // `toLocaleString` would load the data of all languages first, which takes longer than a short command.
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A whole number with its noun, which takes an s unless the number is 1: `1 flow`, `1,234 flows`. */
export function counted(number: number | string, noun: string): string {
  return `${count(number)} ${noun}${Number(number) === 1 ? '' : 's'}`;
}

/** A share of 1 in percent: 0.816 is `81.6%`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

/** Below this, an amount of dollars is only said to be smaller. */
const LEAST_DOLLARS = 1e-6;

/**
 * US dollars: cents from a dollar up, `$1,234.50`, two significant digits below, `$0.0031`; an amount that is not
 * known is a dash.
 */
export function dollars(amount: number | null): string {
  if (amount === null) return '–';
  const rounded = Number(amount.toPrecision(2));
  if (rounded >= 1 || rounded < 1e-12) return `$${withDigits(Math.max(0, amount), 2)}`;
  if (rounded < LEAST_DOLLARS) return '<$0.000001';
  return `$${withDigits(amount, 1 - Math.floor(Math.log10(rounded)))}`;
}

/** An estimate in words: `about $0.31`, `less than $0.000001`. */
export function aboutDollars(amount: number): string {
  const text = dollars(amount);
  return text.startsWith('<') ? `less than ${text.slice(1)}` : `about ${text}`;
}

/** US dollars per unit, with all their digits: `$0.045`. */
export function unitPrice(amount: number): string {
  return `$${amount}`;
}

/** Seconds in the two largest units: `14 min 10 s`, `3 h 5 min`, `2 d 4 h`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${count(Math.floor(hours / 24))} d ${hours % 24} h`;
}

/** The mean rate of bytes over seconds, in decimal units as networks count: `420 Mbit/s`. */
export function bitRate(bytes: number, seconds: number): string {
  const bits = (bytes * 8) / seconds;
  const [divisor, name] = BIT_RATES.find(([least]) => bits >= least) ?? [1, 'bit/s'];
  return `${(bits / divisor).toLocaleString('en-US', { maximumSignificantDigits: 3 })} ${name}`;
}

const BIT_RATES = [
  [1e9, 'Gbit/s'],
  [1e6, 'Mbit/s'],
  [1e3, 'kbit/s'],
] as const;

/** By number of digits: `toLocaleString` with options would make one for each number, in a tenth of a millisecond. */
const FORMATS = new Map<number, Intl.NumberFormat>();

function withDigits(number: number, digits: number): string {
  const known = FORMATS.get(digits);
  if (known !== undefined) return known.format(number);
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const format = new Intl.NumberFormat('en-US', options);
  FORMATS.set(digits, format);
  return format.format(number);
}
