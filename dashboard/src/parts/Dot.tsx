import type { EntryState, MailStatus, Status, Webhook, WebhookDeliveryStatus } from "../api/types";
import { useWords } from "../words";

const COLOURS = {
  RECEIVED: "bg-wait",
  COMPLETED: "bg-good",
  FAILED: "bg-bad",
  CANCELLED: "bg-edge",
  WAITING: "bg-wait",
  SENDING: "bg-wait",
  SENT: "bg-good",
  OUTBOX: "bg-edge",
  HELD: "bg-wait",
  UNKNOWN: "bg-wait",
  NOT_SENT: "bg-bad",
  BOUNCED: "bg-bad",
  COMPLAINED: "bg-bad",
  PENDING: "bg-wait",
  ISSUED: "bg-good",
  VOID: "bg-edge",
} satisfies Record<Status | MailStatus | EntryState, string>;

export function StatusDot({ status }: { status: Status }) {
  return <Dot colour={COLOURS[status]} word={useWords().status[status]} />;
}

/** Of a document, which is not an order. */
export function DocumentDot({ state }: { state: Status }) {
  return <Dot colour={COLOURS[state]} word={useWords().documents.states[state]} />;
}

export function MailDot({ status }: { status: MailStatus }) {
  return <Dot colour={COLOURS[status]} word={useWords().mailStatus[status]} />;
}

export function EntryDot({ state }: { state: EntryState }) {
  return <Dot colour={COLOURS[state]} word={useWords().register.states[state]} />;
}

/** Of an endpoint: one that is enabled and fails is neither good nor bad yet. */
export function WebhookDot({ webhook }: { webhook: Webhook }) {
  const words = useWords().webhooks.states;
  const state = webhook.status === "DISABLED" ? "DISABLED" : webhook.failingSince ? "FAILING" : "ENABLED";
  return <Dot colour={WEBHOOK_COLOURS[state]} word={words[state]} />;
}

const WEBHOOK_COLOURS = { ENABLED: "bg-good", FAILING: "bg-wait", DISABLED: "bg-bad" };

export function DeliveryDot({ status }: { status: WebhookDeliveryStatus }) {
  return <Dot colour={DELIVERY_COLOURS[status]} word={useWords().webhooks.deliveryStates[status]} />;
}

const DELIVERY_COLOURS = { PENDING: "bg-wait", DELIVERED: "bg-good", FAILED: "bg-bad" } satisfies Record<WebhookDeliveryStatus, string>;

function Dot({ colour, word }: { colour: string; word: string }) {
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <span className={`size-2 shrink-0 rounded-full ${colour}`} aria-hidden="true" />
      {word}
    </span>
  );
}
