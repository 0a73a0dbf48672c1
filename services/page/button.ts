/** A button with a class and content. */
export function buttonOf(style: string, ...content: readonly (Node | string)[]): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = style;
  button.append(...content);
  return button;
}
