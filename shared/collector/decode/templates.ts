import type { Field, Template } from './packet.ts';

/** A set is unreadable. The other sets of the packet are not affected. */
export class BrokenSet extends Error {}

/** RFC 7011 section 3.2: set in an element's number when an enterprise number follows. */
const ENTERPRISE_BIT = 0x8000;
const TEMPLATE_HEAD_OCTETS = 4;
const OPTIONS_HEAD_OCTETS = 6;

interface Head {
  readonly id: number;
  readonly count: number;
  readonly scope: number;
}

/** RFC 3954 section 6.1: scopes and options are counted in octets. */
function optionsHeadV9(view: DataView, at: number): Head {
  const id = view.getUint16(at);
  const [scopeOctets, optionOctets] = [view.getUint16(at + 2), view.getUint16(at + 4)];
  if (scopeOctets % 4 !== 0 || optionOctets % 4 !== 0)
    throw new BrokenSet(`template ${id}: ${scopeOctets} + ${optionOctets} octets of half fields`);
  return { id, count: (scopeOctets + optionOctets) / 4, scope: scopeOctets / 4 };
}

/** RFC 7011 section 3.4.2.2: fields are counted, including the scopes. */
function optionsHeadIpfix(view: DataView, at: number): Head {
  const [id, count, scope] = [view.getUint16(at), view.getUint16(at + 2), view.getUint16(at + 4)];
  if (count > 0 && (scope === 0 || scope > count))
    throw new BrokenSet(`template ${id}: ${scope} scopes among ${count} fields`);
  return { id, count, scope };
}

function readHead(view: DataView, at: number, version: 9 | 10, options: boolean): Head {
  if (options) return version === 9 ? optionsHeadV9(view, at) : optionsHeadIpfix(view, at);
  return { id: view.getUint16(at), count: view.getUint16(at + 2), scope: 0 };
}

function checkHead({ id, count }: Head, version: 9 | 10): void {
  if (id < 256) throw new BrokenSet(`template ${id}: numbers below 256 are reserved`);
  if (count > 0) return;
  const withdrawn = version === 10 ? ': withdrawals are not for UDP (RFC 7011 section 8.4)' : '';
  throw new BrokenSet(`template ${id} has no fields${withdrawn}`);
}

function readField(view: DataView, at: number, end: number, version: 9 | 10): Field {
  if (at + 4 > end) throw new BrokenSet('the fields of a template run past its set');
  const [id, length] = [view.getUint16(at), view.getUint16(at + 2)];
  if (version === 9 || id < ENTERPRISE_BIT) return { id, length };
  if (at + 8 > end) throw new BrokenSet('the fields of a template run past its set');
  return { id: id - ENTERPRISE_BIT, length, pen: view.getUint32(at + 4) };
}

/** Whether these octets could be padding. */
function isZero(view: DataView, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (view.getUint8(at) !== 0) return false;
  return true;
}

/** Yields the templates of a template or options template set; throws BrokenSet at the first bad one. */
export function* readTemplates(
  view: DataView,
  start: number,
  end: number,
  version: 9 | 10,
  options: boolean,
): Generator<Template> {
  const headOctets = options ? OPTIONS_HEAD_OCTETS : TEMPLATE_HEAD_OCTETS;
  let at = start;
  while (end - at >= headOctets && !isZero(view, at, end)) {
    const head = readHead(view, at, version, options);
    checkHead(head, version);
    const fields: Field[] = [];
    at += headOctets;
    for (let i = 0; i < head.count; i++) {
      const field = readField(view, at, end, version);
      fields.push(field);
      at += field.pen === undefined ? 4 : 8;
    }
    if (fields.every(({ length }) => length === 0))
      throw new BrokenSet(`template ${head.id} describes records of no octets`);
    yield { id: head.id, options, scope: head.scope, fields };
  }
}
