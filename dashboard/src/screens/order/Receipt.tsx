import { useDocument } from "../../api/queries";
import type { Kind, OrderDocument, ShownOrder, Status } from "../../api/types";
import { rowIdOf } from "../../parts/documents";
import { useWords } from "../../words";
import { Section } from "./Section";
import { StoredFile } from "./StoredFile";

interface Props {
  order: ShownOrder;
  /** The order's own receipt, if none is named. */
  document: OrderDocument | undefined;
}

/** The document that is looked at, as its file, or why there is none. */
export function Receipt({ order, document }: Props) {
  const words = useWords();
  const title = useTitle(order, document);
  if (document && document.kind !== "receipt") return <Following order={order} document={document} title={title} />;
  if (order.receipt) {
    return <StoredFile rowId={order.orderId} sha256={order.receipt.sha256} name={words.order.receipt} title={title} kind="receipt" />;
  }
  return <None name={words.order.receipt} kind="receipt" state={order.status} />;
}

function Following({ order, document, title }: { order: ShownOrder; document: OrderDocument; title: string }) {
  const words = useWords().documents;
  const rowId = rowIdOf(order.orderId, document);
  const file = useDocument(rowId).data?.receipt;
  const name = words.kinds[document.kind];
  if (!file) return <None name={name} kind={document.kind} state={document.state} />;
  return <StoredFile key={rowId} rowId={rowId} sha256={file.sha256} name={name} title={title} kind={document.kind} />;
}

function None({ name, kind, state }: { name: string; kind: Kind; state: Status }) {
  const words = useWords();
  const why = {
    RECEIVED: words.documents.pending[kind],
    COMPLETED: words.documents.pending[kind],
    FAILED: words.documents.failed[kind],
    CANCELLED: words.order.receiptCancelled,
  };
  return (
    <Section title={name}>
      <p className="p-4 text-soft">{why[state]}</p>
    </Section>
  );
}

/** What those hear of the file who do not see it. */
function useTitle(order: ShownOrder, document: OrderDocument | undefined) {
  const words = useWords();
  if (!document || document.kind === "receipt") return words.order.receiptOf(order.orderId);
  return words.documents.titleOf(words.documents.kinds[document.kind], document.number ?? document.id);
}
