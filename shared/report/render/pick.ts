import type { SourceGroups } from '../model/charts.ts';
import { DIMENSIONS, type Filter } from '../model/filter/dimensions.ts';
import { html, type Markup } from './markup.ts';

/** Filters as text, for an attribute or the page's address: `source=10.20.3.41&target=S3`. */
export function filtersText(filters: readonly Filter[]): string {
  return new URLSearchParams(filters.map(({ by, is }): [string, string] => [by, is])).toString();
}

/** The filters in a text; what is no filter is left out. */
export function readFilters(text: string): Filter[] {
  return [...new URLSearchParams(text)].flatMap(([name, is]) => {
    const by = DIMENSIONS.find((dimension) => dimension === name);
    return by === undefined ? [] : [{ by, is }];
  });
}

/** Text that the page's script makes a button of, which filters by it. */
export function pick(by: Filter['by'], is: string, content: Markup | string = is): Markup {
  return html`<span class="pick" data-pick="${filtersText([{ by, is }])}">${content}</span>`;
}

/** The attribute of a mark in a chart that filters; none without filters. */
export function pickAttribute(filters: readonly (Filter | undefined)[]): Markup | undefined {
  const all = filters.filter((each) => each !== undefined);
  return all.length > 0 ? html` data-pick="${filtersText(all)}"` : undefined;
}

/** The filter of what a colour stands for; undefined for the others. */
export function colourFilter(
  { by, groups }: SourceGroups,
  group: number | undefined,
): Filter | undefined {
  const is = groups[group ?? -1]?.label;
  if (is === undefined) return undefined;
  if (by === 'source') return { by: 'source', is };
  return by === 'label' ? { by: 'label', is: withoutCount(is) } : { by: 'group', is };
}

/** The number of the colour of a group that was asked for; undefined: it is one of the others. */
export function colourOfLabel({ by, groups }: SourceGroups, label: string): number | undefined {
  const number = groups.findIndex((group) => withoutCount(group.label) === label);
  return by === 'label' && number >= 0 ? number : undefined;
}

/** A group's label as it was before its number of sources was written behind it. */
function withoutCount(label: string): string {
  return label.replace(/ \([\d,]+ sources?\)$/, '');
}
