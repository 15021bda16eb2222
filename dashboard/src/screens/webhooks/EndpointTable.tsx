import { Link } from "wouter";
import type { Webhook } from "../../api/types";
import { WebhookDot } from "../../parts/Dot";
import { Moment } from "../../parts/Moment";
import { useWords } from "../../words";

const CARD = "max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-x-3 max-md:gap-y-1 max-md:px-4 max-md:py-3";

/** On a narrow screen the rows are drawn as cards; the roles keep the table a table for those who hear it. */
export function EndpointTable({ webhooks }: { webhooks: Webhook[] }) {
  const words = useWords().webhooks;
  return (
    <table role="table" className="w-full table-fixed border-collapse max-md:block">
      <caption className="sr-only">{words.caption}</caption>
      <thead role="rowgroup" className="border-b border-line text-left text-sm text-soft max-md:sr-only">
        <tr role="row">
          <Head>{words.url}</Head>
          <Head className="w-32">{words.types}</Head>
          <Head className="w-32">{words.state}</Head>
          <Head className="w-44 text-right">{words.lastDelivery}</Head>
        </tr>
      </thead>
      <tbody role="rowgroup" className="divide-y divide-line max-md:block">
        {webhooks.map((webhook) => (
          <EndpointRow key={webhook.id} webhook={webhook} />
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

/** The link covers the row. */
function EndpointRow({ webhook }: { webhook: Webhook }) {
  const words = useWords().webhooks;
  const { id, url, description, types, lastDeliveryAt } = webhook;
  return (
    <tr role="row" className={`relative hover:bg-sunken/60 focus-within:bg-accent-wash ${CARD}`}>
      <th role="rowheader" scope="row" className="px-3 py-2 pl-4 text-left font-medium max-md:order-1 max-md:col-span-full max-md:p-0">
        <Link
          href={`/webhooks/${encodeURIComponent(id)}`}
          className="any-text font-mono text-sm outline-none after:absolute after:inset-0 after:-outline-offset-2 after:outline-accent focus-visible:after:outline-2"
        >
          {url}
        </Link>
        {description && <span className="any-text block text-sm font-normal text-soft">{description}</span>}
      </th>
      <td role="cell" className="px-3 max-md:order-3 max-md:p-0 max-md:text-right max-md:text-sm max-md:text-soft">
        <Label>{words.types}</Label>
        {types.length === 0 ? words.everything : words.typesOf(types.length)}
      </td>
      <td role="cell" className="px-3 max-md:order-2 max-md:p-0">
        <WebhookDot webhook={webhook} />
      </td>
      <td role="cell" className="px-3 pr-4 text-right text-sm text-soft max-md:order-4 max-md:col-span-full max-md:p-0 max-md:text-left">
        <Label>{words.lastDelivery}</Label>
        {lastDeliveryAt ? <Moment at={lastDeliveryAt} /> : words.never}
      </td>
    </tr>
  );
}

/** On a card, where no head says it. */
function Label({ children }: { children: string }) {
  return (
    <span aria-hidden="true" className="md:hidden">
      {children}:{" "}
    </span>
  );
}
