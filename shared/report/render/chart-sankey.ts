import { type SankeyLink, type SankeyNode, sankey, sankeyLinkHorizontal } from 'd3-sankey';
import { shorten } from '../../text/shorten.ts';
import { inUnit, percent, size, type Unit } from '../../text/units.ts';
import type { Link, Links } from '../model/report.ts';
import { html, type Markup } from './markup.ts';

const WIDTH = 960;
const NODE_WIDTH = 12;
const NODE_GAP = 22;
const ROW_HEIGHT = 48;
const LEAST_HEIGHT = 180;
/** Characters that a label has room for. */
const LONGEST_LABEL = 34;
const COLOURS = 5;

interface Node {
  readonly id: string;
  readonly label: string;
  /** 0 sources, 1 services, 2 destinations. */
  readonly layer: number;
}
interface Band {
  /** Decides the colour, so that both bands of a service have the same. */
  readonly service: string;
  readonly title: string;
}
type Drawn = SankeyLink<Node, Band>;

/** The chart from sources over services to destinations, as SVG; undefined when there are no bytes. */
export function sankeyChart({ sources, destinations }: Links, unit: Unit): Markup | undefined {
  const bands = [
    ...sources.map((link) => band(link, 0, link.to)),
    ...destinations.map((link) => band(link, 1, link.from)),
  ].filter(({ value }) => value > 0);
  if (bands.length === 0) return undefined;
  const ids = [...new Set(bands.flatMap(({ source, target }) => [source, target]))];
  const nodes = ids.map((id): Node => ({ id, label: id.slice(1), layer: Number(id[0]) }));
  const rows = Math.max(...[0, 1, 2].map((layer) => nodes.filter((n) => n.layer === layer).length));
  const height = Math.max(LEAST_HEIGHT, rows * ROW_HEIGHT);
  const graph = sankey<Node, Band>()
    .nodeId(({ id }) => id)
    .nodeAlign(({ layer }) => layer)
    .nodeWidth(NODE_WIDTH)
    .nodePadding(NODE_GAP)
    .extent([
      [1, 18],
      [WIDTH - 1, height - 4],
    ])({ nodes, links: bands });
  const total = sources.reduce((sum, { bytes }) => sum + bytes, 0);
  const services = [...new Set(bands.map(({ service }) => service))];
  const colour = (service: string) =>
    service === 'other services' ? '5' : String(services.indexOf(service) % COLOURS);
  const path = sankeyLinkHorizontal<Node, Band>();
  return html`<figure><div class="scroll" tabindex="0" role="region" aria-label="Chart from sources to destinations">
<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="paths-title paths-text">
<title id="paths-title">From sources over services to destinations</title>
<desc id="paths-text">${sources.map(({ from, to, bytes }) => `${from} to ${to} ${size(bytes)}`).join(', ')}.</desc>
<text class="soft" x="0" y="10">source, ${unit.name}</text><text class="soft" x="${WIDTH / 2}" y="10" text-anchor="middle">AWS service</text><text class="soft" x="${WIDTH}" y="10" text-anchor="end">destination :port</text>
${graph.links.map((each) => bandMark(each, path(each) ?? '', colour(each.service)))}
${graph.nodes.map((node) => nodeMark(node, total, unit))}
</svg></div></figure>`;
}

/** Ids begin with the layer, because a name may occur in several. */
function band({ from, to, bytes }: Link, layer: number, service: string) {
  const title = `${from} → ${to}: ${size(bytes)}`;
  return { source: `${layer}${from}`, target: `${layer + 1}${to}`, value: bytes, service, title };
}

function bandMark({ title, width = 0 }: Drawn, path: string, colour: string): Markup {
  return html`<path class="band b${colour}" d="${path}" stroke-width="${Math.max(1, round(width))}"><title>${title}</title></path>`;
}

function nodeMark(
  { label, layer, value = 0, x0 = 0, x1 = 0, y0 = 0, y1 = 0 }: SankeyNode<Node, Band>,
  total: number,
  unit: Unit,
): Markup {
  const isLast = layer === 2;
  const [x, anchor] = isLast ? [x0 - 6, 'end'] : [x1 + 6, 'start'];
  const short = shorten(label, LONGEST_LABEL);
  return html`<g><title>${label}: ${size(value)}, ${percent(total > 0 ? value / total : 0)}</title>
<rect class="node" x="${round(x0)}" y="${round(y0)}" width="${round(x1 - x0)}" height="${Math.max(1, round(y1 - y0))}" rx="1.5"/>
<text class="label" x="${round(x)}" y="${round((y0 + y1) / 2 + 4)}" text-anchor="${anchor}">${short} <tspan class="soft">${inUnit(value, unit)}</tspan></text></g>
`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
