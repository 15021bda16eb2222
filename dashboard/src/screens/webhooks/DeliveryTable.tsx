import type { WebhookDelivery } from "../../api/types";
import { DeliveryDot } from "../../parts/Dot";
import { Moment } from "../../parts/Moment";
import { useWords } from "../../words";
import { useAnswerWords } from "./answered";

interface Props {
  deliveries: WebhookDelivery[];
  dimmed: boolean;
  onOpen: (eventId: string) => void;
}

const CARD = "max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-x-3 max-md:gap-y-1 max-md:px-4 max-md:py-3";

/** On a narrow screen the rows are drawn as cards; the roles keep the table a table for those who hear it. */
export function DeliveryTable({ deliveries, dimmed, onOpen }: Props) {
  const words = useWords().webhooks;
  return (
    <table role="table" className={`w-full table-fixed border-collapse max-md:block ${dimmed ? "opacity-50" : ""}`}>
      <caption className="sr-only">{words.deliveriesCaption}</caption>
      <thead role="rowgroup" className="border-b border-line text-left text-sm text-soft max-md:sr-only">
        <tr role="row">
          <Head>{words.event}</Head>
          <Head className="w-32">{words.state}</Head>
          <Head className="w-56">{words.answer}</Head>
          <Head className="w-40 text-right">{words.tried}</Head>
        </tr>
      </thead>
      <tbody role="rowgroup" className="divide-y divide-line max-md:block">
        {deliveries.map((delivery) => (
          <DeliveryRow key={delivery.eventId} delivery={delivery} onOpen={onOpen} />
        ))}
      </tbody>
    </table>
  );
}

function Head({ className = "", children }: { className?: string; children: string }) {
  return (
    <th role="columnheader" scope="col" className={`px-3 py-2 first:pl-4 last:pr-4 font-medium ${className}`}>
      {children}
    </th>
  );
}

/** The button covers the row. */
function DeliveryRow({ delivery, onOpen }: { delivery: WebhookDelivery; onOpen: (eventId: string) => void }) {
  const answered = useAnswerWords(delivery.answer);
  const { eventId, type, status, lastAttemptAt } = delivery;
  return (
    <tr role="row" className={`relative hover:bg-sunken/60 focus-within:bg-accent-wash ${CARD}`}>
      <th role="rowheader" scope="row" className="px-3 py-1.5 pl-4 text-left font-medium max-md:order-1 max-md:p-0">
        <button
          type="button"
          className="any-text block text-left font-mono text-sm outline-none after:absolute after:inset-0 after:-outline-offset-2 after:outline-accent focus-visible:after:outline-2"
          onClick={() => {
            onOpen(eventId);
          }}
        >
          {type}
        </button>
        <span className="any-text block font-mono text-xs font-normal text-soft">{eventId}</span>
      </th>
      <td role="cell" className="px-3 max-md:order-2 max-md:p-0">
        <DeliveryDot status={status} />
      </td>
      <td role="cell" className="truncate px-3 text-sm text-soft max-md:order-3 max-md:p-0" title={answered} lang="en">
        {answered}
      </td>
      <td role="cell" className="px-3 pr-4 text-right text-sm text-soft max-md:order-4 max-md:p-0">
        {lastAttemptAt && <Moment at={lastAttemptAt} />}
      </td>
    </tr>
  );
}
