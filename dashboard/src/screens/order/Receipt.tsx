import { useReceipt } from "../../api/queries";
import type { ShownOrder } from "../../api/types";
import { useProblem } from "../../parts/problem";
import { ProblemNote } from "../../parts/ProblemNote";
import { useWords } from "../../words";
import { ReceiptFrame } from "./ReceiptFrame";
import { Section } from "./Section";

export function Receipt({ order }: { order: ShownOrder }) {
  const words = useWords().order;
  if (order.receipt) return <ReceiptOf orderId={order.orderId} sha256={order.receipt.sha256} />;
  const why = {
    RECEIVED: words.receiptPending,
    COMPLETED: words.receiptPending,
    FAILED: words.receiptFailed,
    CANCELLED: words.receiptCancelled,
  };
  return (
    <Section title={words.receipt}>
      <p className="p-4 text-soft">{why[order.status]}</p>
    </Section>
  );
}

function ReceiptOf({ orderId, sha256 }: { orderId: string; sha256: string }) {
  const words = useWords().order;
  const receipt = useReceipt(orderId, sha256);
  const problem = useProblem(receipt);
  const link = receipt.data?.signedReceiptUrl;
  return (
    <Section
      title={words.receipt}
      aside={
        link && (
          <a href={link} target="_blank" rel="noreferrer" className="link text-sm">
            {words.openReceipt}
          </a>
        )
      }
    >
      <div className="h-[36rem]">
        {link && <ReceiptFrame link={link} title={words.receiptOf(orderId)} />}
        {receipt.data === null && <p className="p-4 text-soft">{words.receiptPending}</p>}
        {problem && (
          <div className="p-4">
            <ProblemNote error={problem} onRetry={() => void receipt.refetch()} />
          </div>
        )}
      </div>
    </Section>
  );
}
