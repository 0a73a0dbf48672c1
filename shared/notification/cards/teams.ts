import type { Severity } from '../facts.ts';
import type { Card } from './card.ts';

/** An Adaptive Card as far as natflow uses it. https://adaptivecards.io/explorer/AdaptiveCard.html */
interface AdaptiveCard {
  readonly type: 'AdaptiveCard';
  readonly $schema: string;
  readonly version: '1.4';
  readonly fallbackText: string;
  readonly body: readonly object[];
  readonly actions?: readonly object[];
}

/**
 * A message for a workflow of Teams that posts a card when a webhook request is received.
 * https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
export interface TeamsMessage {
  readonly type: 'message';
  readonly attachments: readonly {
    readonly contentType: 'application/vnd.microsoft.card.adaptive';
    readonly contentUrl: null;
    readonly content: AdaptiveCard;
  }[];
}

const COLORS: Readonly<Record<Severity, string>> = {
  ...{ error: 'attention', warning: 'warning', info: 'good' },
};

/** The card as an Adaptive Card. Text is in text runs alone: text blocks and fact sets read markdown. */
export function teamsCard({
  severity,
  title,
  lead,
  facts,
  links,
  commands,
  footer,
}: Card): TeamsMessage {
  const actions = links.map(({ text, url }) => ({ type: 'Action.OpenUrl', title: text, url }));
  const content: AdaptiveCard = {
    ...{ type: 'AdaptiveCard', version: '1.4', fallbackText: title },
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    body: [
      richText(title, { size: 'large', weight: 'bolder', color: COLORS[severity] }),
      richText(lead),
      ...facts.map((text) => richText(text)),
      ...commands.flatMap(({ purpose, line }) => [
        richText(`${purpose}:`),
        richText(line, { fontType: 'monospace' }),
      ]),
      richText(footer, { isSubtle: true, size: 'small' }),
    ],
    ...(actions.length > 0 && { actions }),
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content }] };
}

function richText(text: string, style: object = {}): object {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }] };
}
