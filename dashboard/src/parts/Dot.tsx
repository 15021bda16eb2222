import type { EntryState, MailStatus, Status } from "../api/types";
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

function Dot({ colour, word }: { colour: string; word: string }) {
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <span className={`size-2 shrink-0 rounded-full ${colour}`} aria-hidden="true" />
      {word}
    </span>
  );
}
