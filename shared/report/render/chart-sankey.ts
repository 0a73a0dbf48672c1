import { type SankeyLink, type SankeyNode, sankey, sankeyLinkHorizontal } from 'd3-sankey';
import { shorten } from '../../text/shorten.ts';
import { inUnit, type Unit, unitFor } from '../../text/units.ts';
import type { Link } from '../model/charts.ts';
import type { Filter } from '../model/filter/dimensions.ts';
import { amountText, OTHER_TARGETS } from '../model/labels.ts';
import type { Report } from '../model/report.ts';
import { html, type Markup } from './markup.ts';
import { colourOf } from './page-table.ts';
import { colourFilter, pickAttribute } from './pick.ts';

const WIDTH = 960;
/** Labels stand beside the nodes in margins of their own, so that no band lies under them. */
const LABEL_WIDTH = 260;
const NODE_WIDTH = 12;
const NODE_GAP = 22;
const ROW_HEIGHT = 46;
const LEAST_HEIGHT = 150;
const HEAD = 24;
/** Characters that a label has room for, beside its bytes. */
const LONGEST_LABEL = 27;

interface Node {
  readonly id: string;
  readonly label: string;
  readonly isTarget: boolean;
  readonly group?: number | undefined;
}
type Band = Pick<Link, 'from' | 'to' | 'group' | 'bytes'>;
type Drawn = SankeyLink<Node, Band>;

/** The diagram from source groups to targets, as SVG; undefined when there are no bytes. */
export function sankeyChart(report: Report): Markup | undefined {
  const bands = report.links.sources;
  if (bands.length === 0) return undefined;
  const { nodes, links, height } = layout(bands);
  const unit = unitFor(Number(report.totals.forwarded.bytes));
  const amount = (bytes: number) => amountText(bytes, report);
  const path = sankeyLinkHorizontal<Node, Band>();
  return html`<figure>
<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="paths-title paths-text">
<title id="paths-title">From sources to targets</title>
<desc id="paths-text">${bands.map((band) => bandText(band, amount(band.bytes))).join('; ')}.</desc>
<text class="soft" x="${LABEL_WIDTH - 6}" y="10" text-anchor="end">source, ${unit.name}</text><text class="soft" x="${WIDTH - LABEL_WIDTH + 6}" y="10">target, ${unit.name}</text>
${links.map((link) => bandMark(link, path(link) ?? '', amount(link.value), report))}
${nodes.map((node) => nodeMark(node, amount(node.value ?? 0), unit, report))}
</svg></figure>`;
}

function layout(bands: readonly Band[]) {
  const sources = new Map(bands.map(({ from, group }) => [from, group]));
  const targets = new Set(bands.map(({ to }) => to));
  // A source and a target may have the same name.
  const nodes: Node[] = [
    ...[...sources].map(([label, group]) => ({ id: `0${label}`, label, group, isTarget: false })),
    ...[...targets].map((label) => ({ id: `1${label}`, label, isTarget: true })),
  ];
  const rows = Math.max(sources.size, targets.size);
  const height = Math.max(LEAST_HEIGHT, rows * ROW_HEIGHT) + HEAD;
  const links = bands.map((band) => ({
    ...band,
    source: `0${band.from}`,
    target: `1${band.to}`,
    value: band.bytes,
  }));
  const graph = sankey<Node, Band>()
    .nodeId(({ id }) => id)
    .nodeWidth(NODE_WIDTH)
    .nodePadding(NODE_GAP)
    .extent([
      [LABEL_WIDTH, HEAD],
      [WIDTH - LABEL_WIDTH, height - 8],
    ])({ nodes, links });
  return { ...graph, height };
}

function bandText({ from, to }: Band, amount: string): string {
  return `${from} → ${to}: ${amount}`;
}

function bandMark(band: Drawn, path: string, amount: string, report: Report): Markup {
  const filters = [colourFilter(report.sourceGroups, band.group), targetFilter(band.to)];
  return html`<path${pickAttribute(filters)} class="band ${colourOf(band.group)}" d="${path}" stroke-width="${Math.max(1, round(band.width ?? 0))}"><title>${bandText(band, amount)}</title></path>`;
}

function nodeMark(
  { label, isTarget, group, value = 0, ...box }: SankeyNode<Node, Band>,
  amount: string,
  unit: Unit,
  { sourceGroups }: Report,
): Markup {
  const filter = isTarget ? targetFilter(label) : colourFilter(sourceGroups, group);
  const { x0 = 0, x1 = 0, y0 = 0, y1 = 0 } = box;
  const [x, anchor] = isTarget ? [x1 + 6, 'start'] : [x0 - 6, 'end'];
  return html`<g${pickAttribute([filter])}><title>${label}: ${amount}</title>
<rect class="node ${isTarget ? '' : colourOf(group)}" x="${round(x0)}" y="${round(y0)}" width="${round(x1 - x0)}" height="${Math.max(1, round(y1 - y0))}" rx="1.5"/>
<text class="label" x="${round(x)}" y="${round((y0 + y1) / 2 + 4)}" text-anchor="${anchor}">${shorten(label, LONGEST_LABEL)} <tspan class="soft">${inUnit(value, unit)}</tspan></text></g>
`;
}

/** None for what is drawn as one. */
function targetFilter(is: string): Filter | undefined {
  return is === OTHER_TARGETS ? undefined : { by: 'target', is };
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
