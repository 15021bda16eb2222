import type { OrderDocument, ShownOrder } from "../../../api/types";
import { useFormats, useWords } from "../../../words";
import { Section } from "../Section";
import { DocumentRow } from "./DocumentRow";

interface Props {
  order: ShownOrder;
  /** The document that is looked at. */
  chosen: OrderDocument | undefined;
}

/** All documents of an order, the oldest first, and how much was refunded. */
export function Documents({ order, chosen }: Props) {
  const words = useWords().documents;
  return (
    <Section title={words.title} aside={order.totals && <Settlement order={order} />}>
      <ul className="divide-y divide-line">
        {order.documents.map((document) => (
          <DocumentRow key={`${document.kind} ${document.id}`} order={order} document={document} isChosen={document === chosen} />
        ))}
      </ul>
    </Section>
  );
}

const COLOURS = { NONE: "text-soft", PARTLY_REFUNDED: "text-wait", REFUNDED: "text-good" };

function Settlement({ order: { order, settlement, refunded, totals } }: { order: ShownOrder }) {
  const words = useWords().documents.settlement;
  const { money } = useFormats();
  const [given, all] = [refunded, totals].map((sums) => (sums && order.currency ? money(sums.payable, order.currency) : ""));
  const says = {
    NONE: words.NONE,
    PARTLY_REFUNDED: words.PARTLY_REFUNDED(given ?? "", all ?? ""),
    REFUNDED: words.REFUNDED(given ?? ""),
  };
  return <span className={`text-right text-sm font-medium ${COLOURS[settlement]}`}>{says[settlement]}</span>;
}
