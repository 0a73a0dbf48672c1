import { buttonOf } from './button.ts';

const SHOWN_MS = 2000;

/** Puts a button below each command, which copies it. */
export function offerCopies(): void {
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('.copy') : null;
    const command = button?.previousElementSibling;
    if (button && command) void copy(command, button);
  });
  for (const command of document.querySelectorAll('.command')) {
    const button = buttonOf('copy', 'Copy');
    button.setAttribute('aria-live', 'polite');
    command.after(button);
  }
}

async function copy(command: Element, button: Element): Promise<void> {
  try {
    await navigator.clipboard.writeText(command.textContent ?? '');
    button.textContent = 'Copied';
  } catch {
    // The browser does not let the page write: the selected command can be copied by hand.
    getSelection()?.selectAllChildren(command);
    button.textContent = 'Selected';
  }
  setTimeout(() => {
    button.textContent = 'Copy';
  }, SHOWN_MS);
}
