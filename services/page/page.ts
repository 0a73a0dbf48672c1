import { type Filtered, filterReport } from '../../shared/report/model/filter/filtered-report.ts';
import type { Cellular } from '../../shared/report/model/filter/select.ts';
import type { Report } from '../../shared/report/model/report.ts';
import type { Markup } from '../../shared/report/render/markup.ts';
import { html } from '../../shared/report/render/markup.ts';
import { filteredFacts } from '../../shared/report/render/page-facts.ts';
import { filteredSections } from '../../shared/report/render/page-sections.ts';
import { readFilters } from '../../shared/report/render/pick.ts';
import { buttonOf } from './button.ts';
import { hideRows, offerSorting, sortRows } from './rows.ts';
import { toggled, type View } from './view.ts';

/** More rows than cells can have of most tables. */
const ALL_ROWS = 1000;
const LEAST_ROWS = 10;

/** The members of a report that tables show, by the id of the table. */
const TABLES = {
  'pairs-table': 'pairs',
  'sources-table': 'sources',
  'services-table': 'services',
  'domains-table': 'domains',
  'organizations-table': 'organizations',
  'destinations-table': 'destinations',
  'ports-table': 'ports',
} as const satisfies Readonly<Record<string, keyof Report>>;

/** The page's parts that follow the view. */
export class Page {
  readonly #report: Cellular;
  readonly #view: () => View;
  readonly #go: (view: View) => void;
  /** What stands there without filters. */
  readonly #whole = new Map<Element, string>();

  constructor(report: Cellular, view: () => View, go: (view: View) => void) {
    this.#report = report;
    this.#view = view;
    this.#go = go;
    for (const element of document.querySelectorAll('h1, .facts, #pairs, #when, #tables')) {
      this.#whole.set(element, element.innerHTML);
    }
    document.addEventListener('click', (event) => this.#pick(event.target));
  }

  /** Shows a view. Returns the report of what its filters leave; undefined without filters. */
  show(view: View): Filtered | undefined {
    const { filters, search, full, sort } = view;
    const isFiltered = filters.length > 0;
    document.body.classList.toggle('filtered', isFiltered);
    const top = Math.max(LEAST_ROWS, this.#report.sources.rows.length);
    const filtered = isFiltered ? filterReport(this.#report, filters, top) : undefined;
    const base = filtered?.report ?? this.#report;
    const wanted = search === '' ? full : Object.keys(TABLES);
    const shown = wanted.length === 0 ? base : { ...base, ...this.#allRows(view, wanted) };
    this.#fill(filtered, shown, isFiltered || wanted.length > 0);
    offerPicks(filters);
    this.#offerRows(shown, full);
    offerSorting(sort, (next) => this.#go({ ...this.#view(), sort: next }));
    if (sort !== undefined) sortRows(sort);
    hideRows(search);
    return filtered;
  }

  /** The tables with all rows that cells have. */
  #allRows({ filters }: View, wanted: readonly string[]): Partial<Report> {
    const { report } = filterReport(this.#report, filters, ALL_ROWS);
    const members = wanted.flatMap((id) =>
      Object.hasOwn(TABLES, id) ? [TABLES[id as keyof typeof TABLES]] : [],
    );
    return Object.fromEntries(members.map((member) => [member, report[member]]));
  }

  #fill(filtered: Filtered | undefined, shown: Report, isChanged: boolean): void {
    for (const [element, text] of this.#whole) {
      if (element.innerHTML !== text) element.innerHTML = text;
    }
    if (!isChanged) return;
    if (filtered !== undefined) {
      put('h1', html`${shown.headline.text}`);
      put('.facts', html`${filteredFacts(filtered, this.#report)}`);
    }
    for (const section of Object.values(filteredSections(shown))) {
      if (section === undefined) continue;
      const { id, name, body } = section;
      put(`#${id}`, html`<h2 id="${id}-title">${name}</h2>\n${body}`);
    }
  }

  /** Offers all rows of the tables that have more than they show. */
  #offerRows(shown: Report, full: readonly string[]): void {
    for (const [id, member] of Object.entries(TABLES)) {
      const isFull = full.includes(id);
      if (!isFull && (shown[member]?.others.count ?? 0) === 0) continue;
      const more = buttonOf('more', isFull ? 'Show fewer rows' : 'Show all rows');
      more.onclick = () => {
        const next = isFull ? full.filter((each) => each !== id) : [...full, id];
        this.#go({ ...this.#view(), full: next });
        document.querySelector<HTMLElement>(`#${id} + .more`)?.focus({ preventScroll: true });
      };
      document.getElementById(id)?.after(more);
    }
  }

  #pick(target: EventTarget | null): void {
    const mark = target instanceof Element ? target.closest('[data-pick]') : null;
    if (mark === null) return;
    const text = mark.getAttribute('data-pick') ?? '';
    const view = this.#view();
    this.#go({ ...view, filters: toggled(view.filters, readFilters(text)) });
    const again = document.querySelector<HTMLElement>(`button[data-pick="${CSS.escape(text)}"]`);
    again?.focus({ preventScroll: true });
  }
}

/** Makes buttons of what filters, and marks what is filtered by. */
function offerPicks(filters: View['filters']): void {
  for (const mark of document.querySelectorAll<HTMLElement>('span.pick')) {
    const button = buttonOf('pick', ...mark.childNodes);
    button.dataset['pick'] = mark.dataset['pick'] ?? '';
    mark.replaceWith(button);
  }
  for (const mark of document.querySelectorAll<HTMLElement | SVGElement>('[data-pick]')) {
    const picked = readFilters(mark.dataset['pick'] ?? '');
    const isPicked = toggled(filters, picked).length < filters.length;
    mark.classList.toggle('picked', isPicked);
    if (mark instanceof HTMLElement) mark.setAttribute('aria-pressed', String(isPicked));
  }
}

function put(selector: string, { text }: Markup): void {
  const element = document.querySelector(selector);
  if (element !== null) element.innerHTML = text;
}
