import { FlowRecord } from '../flow/record.ts';

/** A flow as the reader of lines fills it: it also has where the interface's name is. */
export class TextFlow extends FlowRecord {
  /** An index of the window that the line was read from; -1 when the line names no interface. */
  interfaceAt = -1;
}
