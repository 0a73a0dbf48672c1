/** Expressions that a page evaluates to what is wrong with its layout, as lists of text. */

/**
 * Text that is cut off by its box or the window, and texts of a chart that lie on each other. Parts of a page that
 * are not shown have no boxes.
 */
export const MISPLACED = `(() => {
  const name = (element) => element.textContent.trim().slice(0, 60);
  const isShown = (element) => element.checkVisibility();
  const outside = ({ left, right }) => left < -0.5 || right > innerWidth + 0.5;
  const walker = document.createTreeWalker(document.querySelector('body'), NodeFilter.SHOW_TEXT);
  const faults = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.data.trim() === '' || !isShown(node.parentElement)) continue;
    if (node.parentElement.closest('title, desc, thead, .skip')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) if (outside(box)) faults.push('outside: ' + name(node));
  }
  for (const chart of document.querySelectorAll('svg.chart')) {
    if (!isShown(chart)) continue;
    const frame = chart.getBoundingClientRect();
    const texts = [...chart.querySelectorAll('text')].map((text) => [name(text), text.getBoundingClientRect()]);
    for (const [text, box] of texts) {
      if (box.left < frame.left - 1 || box.right > frame.right + 1) faults.push('cut: ' + text);
    }
    texts.forEach(([text, a], at) => {
      for (const [other, b] of texts.slice(at + 1)) {
        const lies = a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom;
        if (lies) faults.push(text + ' lies on ' + other);
      }
    });
  }
  return faults;
})()`;

/** Amounts of dollars that are not in sight, by their text. */
export const HIDDEN_MONEY = `[...document.querySelectorAll('td.money, .facts dd, .fix strong')]
  .filter((element) => element.textContent.includes('$'))
  .filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return !element.checkVisibility() || width === 0 || left < 0 || right > innerWidth;
  })
  .map((element) => element.textContent)`;
