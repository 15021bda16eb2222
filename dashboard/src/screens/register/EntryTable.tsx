import { Link } from "wouter";
import type { RegisterEntry } from "../../api/types";
import { placeOf, rowIdOf } from "../../parts/documents";
import { EntryDot } from "../../parts/Dot";
import { Moment } from "../../parts/Moment";
import { useWords } from "../../words";

const CARD = "max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-x-3 max-md:gap-y-1 max-md:px-4 max-md:py-3";

/** On a narrow screen the rows are drawn as cards; the roles keep the table a table for those who hear it. */
export function EntryTable({ entries, dimmed }: { entries: RegisterEntry[]; dimmed: boolean }) {
  const words = useWords().register;
  return (
    <table role="table" className={`w-full table-fixed border-collapse max-md:block ${dimmed ? "opacity-50" : ""}`}>
      <caption className="sr-only">{words.caption}</caption>
      <thead role="rowgroup" className="border-b border-line text-left text-sm text-soft max-md:sr-only">
        <tr role="row">
          <Head className="w-44">{words.number}</Head>
          <Head className="w-40">{words.document}</Head>
          <Head>{words.order}</Head>
          <Head>{words.state}</Head>
          <Head className="w-44 text-right">{words.issued}</Head>
        </tr>
      </thead>
      <tbody role="rowgroup" className="divide-y divide-line max-md:block">
        {entries.map((entry) => (
          <EntryRow key={entry.number} entry={entry} />
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
function EntryRow({ entry }: { entry: RegisterEntry }) {
  const words = useWords().documents;
  const { kind, orderId, documentId } = entry;
  return (
    <tr role="row" className={`relative hover:bg-sunken/60 focus-within:bg-accent-wash ${CARD}`}>
      <th role="rowheader" scope="row" className="px-3 pl-4 text-left font-medium max-md:order-1 max-md:p-0 md:h-11">
        <Link
          href={placeOf(rowIdOf(orderId, { kind, id: documentId }))}
          title={entry.hash}
          className="any-text font-mono text-sm outline-none after:absolute after:inset-0 after:-outline-offset-2 after:outline-accent focus-visible:after:outline-2"
        >
          {entry.text}
        </Link>
      </th>
      <td role="cell" className="px-3 max-md:order-3 max-md:p-0">
        {words.kinds[kind]}
      </td>
      <td role="cell" className="truncate px-3 font-mono text-sm text-soft max-md:order-4 max-md:max-w-40 max-md:p-0 max-md:text-right" title={orderId}>
        {orderId}
      </td>
      <td role="cell" className="px-3 py-1.5 max-md:order-5 max-md:col-span-full max-md:p-0">
        <EntryDot state={entry.state} />
        {entry.void !== null && (
          <span lang="en" className="any-text block text-sm text-soft">
            {entry.void}
          </span>
        )}
      </td>
      <td role="cell" className="px-3 pr-4 text-right text-sm text-soft max-md:order-2 max-md:p-0">
        <Moment at={entry.issuedAt} />
      </td>
    </tr>
  );
}
