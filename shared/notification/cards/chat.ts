import type { Card } from './card.ts';

/**
 * A custom notification of Amazon Q Developer in chat applications, for a topic that is mapped to a channel.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export interface ChatNotification {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps?: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: string;
    readonly additionalContext: Readonly<Record<string, string>>;
  };
}

/** The card as a custom notification. Commands are its next steps. */
export function chatCard(card: Card): ChatNotification {
  const { id, thread, fact, severity, gatewayId, title, lead, facts, links, commands } = card;
  const linked = links.map(({ text, url }) => `${escaped(text)}: ${url}`);
  const nextSteps = commands.map(({ purpose, line }) => `${escaped(purpose)}: \`${line}\``);
  return {
    ...{ version: '1.0', source: 'custom', id },
    content: {
      textType: 'client-markdown',
      title: escaped(title),
      description: [escaped(lead), ...facts.map(escaped), ...linked].join('\n'),
      ...(nextSteps.length > 0 && { nextSteps }),
      keywords: [fact, severity, ...(gatewayId === undefined ? [] : [gatewayId])],
    },
    metadata: {
      ...{ threadId: thread, summary: escaped(title), eventType: fact },
      additionalContext: { stack: card.sender.stack, sentBy: escaped(card.footer) },
    },
  };
}

/** Escapes markdown of Slack and Teams, so that a foreign name can neither mention a channel nor make a link. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('](', '] (');
}
