import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as AdaptiveCards from 'adaptivecards';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ROOT } from '../../infra/root.ts';
import type { Cards } from '../../shared/notification/cards/cards.ts';
import type { FactEvent } from '../../shared/notification/event.ts';
import chatSchema from './chat.schema.json' with { type: 'json' };

// Its ES modules leave the extensions of their imports out, which Node does not take.
const { AdaptiveCard, SerializationContext, Versions }: typeof AdaptiveCards = createRequire(
  import.meta.url,
)('adaptivecards/dist/adaptivecards.js');

const ajv = new Ajv2020.default({ allErrors: true, strictTypes: false, strictRequired: false });
addFormats.default(ajv);
ajv.addSchema(chatSchema);
/** Read as those who watch for members that no schema describes would. */
for (const path of globSync('docs/events/*.schema.json', { cwd: ROOT })) {
  const schema = JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
  const isWhole = !path.endsWith('common.schema.json');
  ajv.addSchema({ ...schema, ...(isWhole && { unevaluatedProperties: false }) });
}

function faultsOf(schema: string, value: unknown): string[] {
  const validate = ajv.getSchema(`https://natflow.example/${schema}.schema.json`);
  if (validate === undefined) return [`there is no schema ${schema}`];
  validate(value);
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

/** What is wrong with the detail of an event, by its schema in docs/events, and with its size. */
export function eventFaults({ detail }: FactEvent): string[] {
  const text = JSON.stringify(detail);
  // Of all entries of a request: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
  const isLarge = Buffer.byteLength(text) > 250_000;
  const faults = faultsOf(`events/1/${detail['fact']}`, JSON.parse(text));
  return isLarge ? [...faults, `${Buffer.byteLength(text)} bytes`] : faults;
}

/** What is wrong with a custom notification of Amazon Q Developer. */
export function chatFaults({ chat }: Cards): string[] {
  return faultsOf('tests/chat', chat);
}

/** What Microsoft's own library finds in a card for version 1.4, and what Teams limits. */
export function teamsFaults({ teams }: Cards): string[] {
  const context = new SerializationContext(Versions.v1_4);
  const card = new AdaptiveCard();
  card.parse(teams.attachments[0]?.content, context);
  const parsed = Array.from({ length: context.eventCount }, (_, index) =>
    String(context.getEventAt(index).message),
  );
  const invalid = card.validateProperties().validationEvents.map(({ message }) => message);
  const bytes = Buffer.byteLength(JSON.stringify(teams));
  return [...parsed, ...invalid, ...(bytes > 28 * 1024 ? [`${bytes} bytes`] : [])];
}

/** The limits that PagerDuty documents: https://developer.pagerduty.com/docs/send-alert-event. tsc checks the form. */
export function pagerDutyFaults({ pagerDuty }: Cards): string[] {
  const { payload, dedup_key: key = '' } = pagerDuty ?? {};
  return [
    ...((payload?.summary.length ?? 1) > 1024 ? ['the summary is too long'] : []),
    ...(payload?.summary === '' || payload?.source === '' ? ['summary or source is empty'] : []),
    ...(key.length > 255 ? ['the key is too long'] : []),
    ...(JSON.stringify(pagerDuty ?? '').length > 512 * 1024 ? ['the event is too large'] : []),
  ];
}

/** The most characters of each text, and elements of each list, by the type of what holds them. */
const SLACK_LIMITS: Readonly<Record<string, number>> = {
  ...{ header: 150, section: 3000, context: 2000, button: 75, actions: 25 },
};

/** The limits that Slack documents: https://docs.slack.dev/reference/block-kit/blocks. tsc checks the form. */
export function slackFaults({ slack }: Cards): string[] {
  const faults = [...within(slack.blocks)].flatMap((holder) => slackFault(holder) ?? []);
  return slack.blocks.length > 50 ? [...faults, 'too many blocks'] : faults;
}

interface Holder {
  readonly type?: string;
  readonly text?: string | { readonly text: string };
  readonly url?: string;
  readonly elements?: readonly unknown[];
}

function slackFault({
  type = '',
  text = '-',
  url = '',
  elements = [],
}: Holder): string | undefined {
  const most = SLACK_LIMITS[type] ?? Number.POSITIVE_INFINITY;
  const { length } = typeof text === 'string' ? text : text.text;
  if (length === 0 || length > most) return `a ${type} has ${length} characters`;
  if (elements.length > most) return `a ${type} has ${elements.length} elements`;
  return url.length > 3000 ? `the address of a ${type} has ${url.length} characters` : undefined;
}

/** All objects within a value. */
function* within(value: unknown): Generator<Holder> {
  if (typeof value !== 'object' || value === null) return;
  yield value;
  for (const each of Object.values(value)) yield* within(each);
}
