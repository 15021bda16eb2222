import { Link } from "wouter";
import type { ListedDocument } from "../../api/types";
import { placeOf, rowIdOf } from "../../parts/documents";
import { Moment } from "../../parts/Moment";
import { Money } from "../../parts/Money";
import { useFormats, useWords } from "../../words";

interface Props {
  documents: ListedDocument[];
  disabled: boolean;
  onRetry: (rowIds: string[]) => void;
}

/** Credit notes and corrected receipts that could not be made. */
export function FailedDocuments({ documents, disabled, onRetry }: Props) {
  const words = useWords().failed;
  const formats = useFormats();
  const rowIds = documents.map((document) => rowIdOf(document.orderId, document));
  return (
    <section aria-label={words.documents} className="panel overflow-clip">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line bg-sunken/60 px-4 py-3">
        <h2 className="font-medium">{words.documents}</h2>
        <button
          type="button"
          className="button h-8 text-sm"
          disabled={disabled}
          onClick={() => {
            onRetry(rowIds);
          }}
        >
          {words.retryDocuments(formats.number(rowIds.length))}
        </button>
      </div>
      <ul className="divide-y divide-line">
        {documents.map((document) => (
          <DocumentRow key={rowIdOf(document.orderId, document)} document={document} disabled={disabled} onRetry={onRetry} />
        ))}
      </ul>
    </section>
  );
}

interface RowProps extends Omit<Props, "documents"> {
  document: ListedDocument;
}

function DocumentRow({ document, disabled, onRetry }: RowProps) {
  const words = useWords();
  const rowId = rowIdOf(document.orderId, document);
  const kind = words.documents.kinds[document.kind];
  return (
    <li className="flex items-center gap-3 px-4 py-2.5 hover:bg-sunken/60">
      <div className="min-w-0 flex-1 space-y-0.5">
        <div className="grid gap-x-4 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] sm:items-center">
          <span className="font-medium">
            {kind}
            {document.total !== null && (
              <>
                {" · "}
                <Money amount={document.total} currency={document.currency} />
              </>
            )}
          </span>
          <Link href={placeOf(rowId)} className="link line-clamp-2 font-mono text-sm break-all" title={document.orderId}>
            {document.orderId}
          </Link>
          <span className="text-sm text-soft">
            <Moment at={document.receivedAt} />
          </span>
        </div>
        {document.lastError && (
          <p lang="en" className="any-text text-sm text-soft">
            {document.lastError}
          </p>
        )}
      </div>
      <button
        type="button"
        className="button h-8 text-sm"
        aria-label={words.documents.retryOne(kind, document.orderId)}
        disabled={disabled}
        onClick={() => {
          onRetry([rowId]);
        }}
      >
        {words.order.retry}
      </button>
    </li>
  );
}
