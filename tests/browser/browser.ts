import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page with its console messages and requests, of which a report must have none. */
interface Watched {
  readonly page: Page;
  readonly messages: readonly string[];
  /** The requested URLs, except the page's own. */
  readonly requests: readonly string[];
}

/** Opens pages in Debian's Chromium with a new profile folder. `close` ends the browser. */
export interface Browser {
  readonly open: (html: string, look?: Look) => Promise<Watched>;
  /** Saves a screenshot if NATFLOW_SCREENSHOTS names a folder. */
  readonly picture: (page: Page, name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Look {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly media?: 'print';
  /** What follows # in the address. */
  readonly hash?: string;
  /** Whether scripts run; by default they do. */
  readonly scripts?: boolean;
}

export async function startBrowser(): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), 'natflow-browser-'));
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: CHROMIUM,
    args: FLAGS,
    acceptDownloads: true,
  });
  let pages = 0;
  return {
    async open(html, look = {}) {
      const file = join(folder, `${++pages}.html`);
      await writeFile(file, html);
      return openPage(context, pathToFileURL(file).href, look);
    },
    async picture(page, name) {
      const kept = process.env['NATFLOW_SCREENSHOTS'];
      if (kept === undefined) return;
      await mkdir(kept, { recursive: true });
      await page.screenshot({ path: join(kept, `${name}.png`), fullPage: true });
    },
    async close() {
      await context.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function openPage(
  context: BrowserContext,
  url: string,
  { colorScheme = 'light', width = 1180, media, hash = '', scripts = true }: Look,
): Promise<Watched> {
  const page = await context.newPage();
  const messages: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(error.message));
  page.on('dialog', (dialog) => {
    messages.push(`dialog ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url) requests.push(request.url());
  });
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme, media: media ?? 'screen' });
  // A session of the developer tools has media of its own, so there is one only where it is needed.
  if (!scripts) {
    const devtools = await context.newCDPSession(page);
    await devtools.send('Emulation.setScriptExecutionDisabled', { value: true });
  }
  await page.goto(hash === '' ? url : `${url}#${hash}`, { waitUntil: 'networkidle' });
  return { page, messages, requests };
}
