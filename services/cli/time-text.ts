/** A time as tables show it, UTC to the second; `-` when there is none. */
export function timeText(at: number | undefined): string {
  return at === undefined ? '-' : new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
