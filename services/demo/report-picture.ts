import { gatewayName } from '../../shared/report/model/labels.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { sankeyChart } from '../../shared/report/render/chart-sankey.ts';
import { timelineChart } from '../../shared/report/render/chart-timeline.ts';
import { html, Markup } from '../../shared/report/render/markup.ts';
import { STYLE } from '../../shared/report/render/page-style.ts';
import { shorten } from '../../shared/text/shorten.ts';
import { dollars, duration, size } from '../../shared/text/units.ts';

const WIDTH = 1000;
const MARGIN = 20;
const HEAD = 112;
const LEGEND = 48;
const LEGEND_WIDTH = 192;
const LEGEND_ROW = 18;
const LEGENDS_PER_ROW = 5;
/** Characters that fit beside each other in a row of the legend. */
const LONGEST_LABEL = 25;

/** The page's style, and the parts that only the picture needs. */
const PICTURE_STYLE = new Markup(`${STYLE}
text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-size: 13px; fill: var(--ink); }
text.soft { fill: var(--soft); } text.head { font-size: 25px; font-weight: 650; }
text.good { fill: var(--good); font-size: 15px; font-weight: 600; }
.picture-legend { fill: var(--own); } .paper { fill: var(--card); stroke: var(--line); }
`);

/** The head of the report and its two charts as one SVG file, for light and dark backgrounds. */
export function reportPicture(report: Report): string {
  const { timeline } = report;
  const upper = drawingOf(timeline && timelineChart(timeline, report));
  const lower = drawingOf(sankeyChart(report));
  const legendAt = HEAD + upper.height + MARGIN;
  const lowerAt = HEAD + upper.height + LEGEND;
  const height = lowerAt + lower.height + MARGIN;
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${report.headline.text}">
<style>${PICTURE_STYLE}</style>
<rect class="paper" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="10"/>
<text class="soft" x="${MARGIN}" y="32">${subtitle(report)}</text>
<text class="head" x="${MARGIN}" y="64">${report.headline.text}</text>
<text class="good" x="${MARGIN}" y="92">${savingText(report)}</text>
${placed(HEAD, upper)}
${timeline?.series.map(({ label }, index) => legend(label, index, legendAt))}
${placed(lowerAt, lower)}
</svg>
`.text;
}

function subtitle(report: Report): string {
  const { totals, seconds } = report;
  const time = seconds > 0 ? ` in ${duration(seconds)}` : '';
  return `${gatewayName(report)}: ${size(Number(totals.forwarded.bytes))}${time}`;
}

function savingText({ cost: { avoidable, total } }: Report): string {
  return avoidable === 0 || total === null
    ? ''
    : `Gateway endpoints, which are free, would have saved ${dollars(avoidable)} of ${dollars(total)}.`;
}

interface Drawing {
  readonly svg: Markup;
  readonly height: number;
}

/** The drawing of a chart, without the text that the page has around it. */
function drawingOf(chart: Markup | undefined): Drawing {
  const [svg = '', height = 0] =
    /<svg class="chart" viewBox="0 0 \d+ (\d+)".*?<\/svg>/s.exec(chart?.text ?? '') ?? [];
  return { svg: new Markup(svg), height: Number(height) };
}

function placed(y: number, { svg, height }: Drawing): Markup {
  const width = WIDTH - 2 * MARGIN;
  return html`<svg x="${MARGIN}" y="${y}" width="${width}" height="${height}">${svg}</svg>`;
}

function legend(label: string, index: number, y: number): Markup {
  const x = MARGIN + (index % LEGENDS_PER_ROW) * LEGEND_WIDTH;
  const at = y + Math.floor(index / LEGENDS_PER_ROW) * LEGEND_ROW;
  const short = shorten(label, LONGEST_LABEL);
  const colour = label === 'others' ? 'rest-colour' : `c${index}`;
  return html`<rect class="picture-legend ${colour}" x="${x}" y="${at - 10}" width="11" height="11" rx="2"/><text x="${x + 17}" y="${at}">${short}</text>`;
}
