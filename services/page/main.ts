import { isCellular } from '../../shared/report/model/filter/select.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { offerCopies } from './copy.ts';
import { FilterBar } from './filter-bar.ts';
import { Page } from './page.ts';
import { showTips } from './tips.ts';
import { readView, type View, viewText } from './view.ts';

/** The script of the report's page: filters, search, order and details on top of what is there without it. */
function start(report: Report): void {
  if (!isCellular(report)) return;
  document.documentElement.classList.add('scripted');
  const show = (view: View) => {
    const text = viewText(view);
    // An empty fragment would scroll the page to its top.
    history.pushState(null, '', text === '' ? location.pathname + location.search : `#${text}`);
    render();
  };
  const bar = new FilterBar(report, () => readView(location.hash), show);
  const page = new Page(report, () => readView(location.hash), show);
  const render = () => {
    const view = readView(location.hash);
    bar.show(view, page.show(view));
  };
  addEventListener('popstate', render);
  keepViewInLinks();
  offerCopies();
  showTips();
  render();
}

/** A link to a section goes there, and leaves the address to the view. */
function keepViewInLinks(): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    const section = link && document.getElementById(link.getAttribute('href')?.slice(1) ?? '');
    if (!section) return;
    event.preventDefault();
    section.scrollIntoView();
    section.tabIndex = -1;
    section.focus({ preventScroll: true });
  });
}

start(JSON.parse(document.getElementById('report')?.textContent ?? '{}'));
