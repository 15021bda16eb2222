import type { OrderDocument, ShownOrder } from "../../../api/types";
import { go } from "../../../location";
import { placeOf, rowIdOf } from "../../../parts/documents";
import { DocumentDot } from "../../../parts/Dot";
import { Icon } from "../../../parts/Icon";
import { Money } from "../../../parts/Money";
import { ProblemNote } from "../../../parts/ProblemNote";
import { useFormats, useWords } from "../../../words";
import { useAction } from "./action";
import { Details } from "./Details";
import { OpenFile } from "./OpenFile";

interface Props {
  order: ShownOrder;
  document: OrderDocument;
  /** Whether it is looked at: then its history is below it. */
  isChosen: boolean;
}

/** A document: what it is, its number, date, total and state. The link shows its file, and what happened to it. */
export function DocumentRow({ order, document, isChosen }: Props) {
  const words = useWords();
  const formats = useFormats();
  const { kind, number, date, total, state } = document;
  const rowId = rowIdOf(order.orderId, document);
  const place = placeOf(rowId);
  const retry = useAction("retry", rowId);
  const isFollowing = kind !== "receipt";
  return (
    <li>
      <div className={`relative flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5 ${isChosen ? "bg-accent-wash" : "hover:bg-sunken/60"}`}>
        <div className="min-w-0 flex-1">
          <a
            href={`#${place}`}
            aria-current={isChosen ? "true" : undefined}
            className="font-medium outline-none after:absolute after:inset-0 after:-outline-offset-2 after:outline-accent focus-visible:after:outline-2"
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              go(place, {}, "replace");
            }}
          >
            {words.documents.kinds[kind]} {number && <span className="any-text font-mono text-sm font-normal">{number}</span>}
          </a>
          <span className="flex flex-wrap gap-x-3 text-sm text-soft">
            <time dateTime={date} title={date}>{formats.day(new Date(date))}</time>
            <DocumentDot state={state} />
          </span>
        </div>
        <span className="text-right font-medium">
          <Money amount={total} currency={order.order.currency} />
        </span>
        {isFollowing && state === "FAILED" ? (
          <button
            type="button"
            className="button relative h-8 text-sm"
            aria-label={words.documents.retryOne(words.documents.kinds[kind], number ?? document.id)}
            aria-disabled={retry.isPending}
            onClick={retry.act}
          >
            {words.order.retry}
          </button>
        ) : (
          <span className="text-soft">
            <Icon name={isChosen ? "below" : "forward"} />
          </span>
        )}
        {retry.error && (
          <div className="w-full">
            <ProblemNote error={retry.error} />
          </div>
        )}
      </div>
      {isChosen && isFollowing && <Details order={order} document={document} />}
      {/* On a wide screen the file is beside it. */}
      {isChosen && !isFollowing && order.receipt && (
        <div className="border-t border-line bg-sunken/40 p-4 xl:hidden">
          <OpenFile rowId={rowId} sha256={order.receipt.sha256} />
        </div>
      )}
    </li>
  );
}
