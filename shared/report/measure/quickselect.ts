/**
 * The value that would stand at this place were they sorted (Hoare's selection); disorders them. Its
 * pivots are drawn, so that no order of values can be made to take long.
 */
export function select(values: Float64Array, place: number): number {
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

/** Brings what is below the pivot before what is above; between `right` and `left` all are like it. */
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
