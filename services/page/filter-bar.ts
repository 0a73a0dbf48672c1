import type { Dimension, Filter } from '../../shared/report/model/filter/dimensions.ts';
import { DIMENSIONS } from '../../shared/report/model/filter/dimensions.ts';
import type { Filtered } from '../../shared/report/model/filter/filtered-report.ts';
import { type Cellular, stepAt } from '../../shared/report/model/filter/select.ts';
import { counted } from '../../shared/text/units.ts';
import { utcClock } from '../../shared/text/utc.ts';
import { buttonOf } from './button.ts';
import type { View } from './view.ts';

/** What dimensions are called; that of a label is what the report is grouped by. */
const NAMES: Readonly<Record<Exclude<Dimension, 'label'>, string>> = {
  group: 'sources of',
  source: 'source',
  service: 'service',
  target: 'target',
  domain: 'domain',
  organization: 'organisation',
  destination: 'destination',
  port: 'port',
  time: 'time',
};

/** The filters of the page, each with a button that takes it away, and the search for rows. */
export class FilterBar {
  readonly #report: Cellular;
  readonly #chips = element('ul', 'chips');
  readonly #status = element('p', 'status');
  readonly #search = element('input', 'search');
  readonly #clear = buttonOf('clear', 'Show all again');
  readonly #view: () => View;
  readonly #go: (view: View) => void;

  constructor(report: Cellular, view: () => View, go: (view: View) => void) {
    this.#report = report;
    this.#view = view;
    this.#go = go;
    const bar = element('div', 'filters');
    bar.setAttribute('role', 'search');
    bar.setAttribute('aria-label', 'Filters');
    Object.assign(this.#search, { type: 'search', placeholder: 'Search all tables' });
    this.#search.setAttribute('aria-label', 'Search all tables');
    this.#search.oninput = () => go({ ...view(), search: this.#search.value });
    this.#clear.onclick = () => {
      go({ ...view(), filters: [], search: '' });
      this.#search.focus();
    };
    this.#status.setAttribute('role', 'status');
    bar.append(this.#search, this.#chips, this.#clear, this.#status);
    document.querySelector('main')?.before(bar);
  }

  /** Shows the filters of a view, and says what they leave. */
  show({ filters, search }: View, filtered: Filtered | undefined): void {
    if (this.#search.value !== search) this.#search.value = search;
    const ordered = DIMENSIONS.flatMap((by) => filters.filter((each) => each.by === by));
    this.#chips.replaceChildren(...ordered.map((filter) => this.#chip(filter)));
    this.#clear.hidden = filters.length === 0 && search === '';
    this.#status.textContent =
      filtered === undefined
        ? 'A click on a source, target, group or time filters the page.'
        : `${counted(filters.length, 'filter')}: ${filtered.report.headline.text}.`;
  }

  #chip(filter: Filter): HTMLElement {
    const chip = element('li', 'chip');
    const button = buttonOf('remove', '×');
    const text = this.#textOf(filter);
    button.setAttribute('aria-label', `Without ${text}`);
    button.onclick = () => {
      const view = this.#view();
      const filters = view.filters.filter(({ by, is }) => by !== filter.by || is !== filter.is);
      this.#go({ ...view, filters });
      (this.#chips.querySelector<HTMLElement>('button') ?? this.#search).focus();
    };
    chip.append(text, button);
    return chip;
  }

  #textOf({ by, is }: Filter): string {
    const { grouping, cells } = this.#report;
    if (by === 'label') return `${grouping?.by ?? 'group'}: ${is}`;
    if (by !== 'time') return `${NAMES[by]}: ${is}`;
    const from = cells.start + stepAt(cells, is) * cells.stepSeconds;
    const [first, last] = [from, from + cells.stepSeconds].map((each) =>
      Number.isNaN(each) ? '?' : utcClock(each * 1000).slice(0, 5),
    );
    return `${is.slice(0, 10)} ${first}–${last} UTC`;
  }
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  style: string,
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = style;
  return made;
}
