/** Distance of the text from the pointer. */
const AWAY = 14;

/** Shows the titles of a chart's marks at the pointer without the browser's delay. */
export function showTips(): void {
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  tip.setAttribute('aria-hidden', 'true');
  document.body.append(tip);
  document.addEventListener('pointermove', ({ target, clientX, clientY }) => {
    const text = target instanceof Element ? textOf(target) : undefined;
    tip.hidden = text === undefined;
    if (text === undefined) return;
    tip.textContent = text;
    const { width, height } = tip.getBoundingClientRect();
    const left = clientX + AWAY + width > innerWidth ? clientX - AWAY - width : clientX + AWAY;
    const top = clientY + AWAY + height > innerHeight ? clientY - AWAY - height : clientY + AWAY;
    tip.style.left = `${Math.max(0, left)}px`;
    tip.style.top = `${Math.max(0, top)}px`;
  });
  document.addEventListener('pointerleave', () => {
    tip.hidden = true;
  });
}

/** The title of a mark, which is taken off so that the browser does not show it as well. */
function textOf(target: Element): string | undefined {
  const mark = target.closest('svg.chart :is(g, path, rect):is([data-tip], :has(> title))');
  if (!(mark instanceof SVGElement)) return undefined;
  const title = mark.querySelector(':scope > title');
  if (title !== null) {
    mark.dataset['tip'] = title.textContent ?? '';
    title.remove();
  }
  return mark.dataset['tip'];
}
