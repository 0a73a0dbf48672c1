import { ShapeError } from '../read-shape.ts';
import type { NameList } from './claim.ts';
import { isPodTable, readPodTable } from './kubectl-table.ts';
import { isPodList, readPods } from './kubernetes.ts';
import { csvClaims, jsonClaims } from './names-table.ts';

/**
 * Reads a file of names: `kubectl get pods -A -o json` or `-o wide`, or a list of one's own as CSV or JSON. The form
 * is told by how the text begins.
 * @throws ShapeError naming `what`, and the line or member that is wrong.
 */
export function readNames(text: string, what: string): NameList {
  const plain = text.replace(/^\ufeff/, '');
  if (plain.trim() === '') throw new ShapeError(`${what} is empty`);
  if (/^\s*[[{]/.test(plain)) return readJson(plain, what);
  if (isPodTable(plain)) return readPodTable(plain, what);
  return { claims: csvClaims(plain, what), pods: [] };
}

function readJson(text: string, what: string): NameList {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ShapeError(`${what}: ${(cause as Error).message}`, { cause });
  }
  return isPodList(value) ? readPods(value, what) : { claims: jsonClaims(value, what), pods: [] };
}
