/**
 * The value at this place in ascending order (Hoare's quickselect). Reorders the values. Pivots are random, so
 * that no crafted order of values makes it slow.
 */
export function quickselect(values: Float64Array, place: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[low + Math.floor(Math.random() * (high - low + 1))] as number;
    const { left, right } = partition(values, low, high, pivot);
    if (right < place) low = left;
    if (left > place) high = right;
  }
  return values[place] ?? 0;
}

/** Moves values below the pivot before those above; all between `right` and `left` equal it. */
function partition(values: Float64Array, low: number, high: number, pivot: number) {
  let left = low;
  let right = high;
  while (left <= right) {
    while ((values[left] as number) < pivot) left++;
    while ((values[right] as number) > pivot) right--;
    if (left <= right) swap(values, left++, right--);
  }
  return { left, right };
}

function swap(values: Float64Array, a: number, b: number): void {
  const kept = values[a] as number;
  values[a] = values[b] as number;
  values[b] = kept;
}
