import type { KnownBlock, RichTextBlockElement } from '@slack/types';
import type { Severity } from '../facts.ts';
import type { Card } from './card.ts';

/** The arguments of chat.postMessage but for the channel. https://docs.slack.dev/reference/methods/chat.postMessage */
export interface SlackMessage {
  /** What a notification on the desktop shows. */
  readonly text: string;
  readonly blocks: KnownBlock[];
  readonly unfurl_links: false;
}

const MARKS: Readonly<Record<Severity, string>> = { error: '🔴', warning: '🟠', info: '🟢' };

/** The card as blocks of Block Kit. Text is in `plain_text` and rich text alone, which Slack does not read as markup. */
export function slackCard({
  severity,
  title,
  lead,
  facts,
  links,
  commands,
  footer,
}: Card): SlackMessage {
  const buttons = links.map(({ text, url }) => ({
    ...{ type: 'button' as const, text: plain(text.slice(0, LONGEST_BUTTON)), url },
  }));
  return {
    text: `${MARKS[severity]} ${escaped(title)}`,
    blocks: [
      { type: 'header', text: plain(title) },
      { type: 'section', text: plain(`${MARKS[severity]} ${lead}`) },
      ...(facts.length === 0 ? [] : [{ type: 'section' as const, text: plain(facts.join('\n')) }]),
      ...(commands.length === 0
        ? []
        : [{ type: 'rich_text' as const, elements: commands.flatMap(commandElements) }]),
      ...(buttons.length === 0 ? [] : [{ type: 'actions' as const, elements: buttons }]),
      { type: 'context', elements: [plain(footer)] },
    ],
    unfurl_links: false,
  };
}

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
const LONGEST_BUTTON = 75;

function commandElements({ purpose, line }: Card['commands'][number]): RichTextBlockElement[] {
  return [
    { type: 'rich_text_section', elements: [{ type: 'text', text: `${purpose}:` }] },
    { type: 'rich_text_preformatted', elements: [{ type: 'text', text: line }] },
  ];
}

function plain(text: string) {
  return { type: 'plain_text' as const, text, emoji: false };
}

/** The three characters that begin markup. https://docs.slack.dev/messaging/formatting-message-text */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
