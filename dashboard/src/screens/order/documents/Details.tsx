import { useState } from "react";
import { isMailUnderWay, useDocument } from "../../../api/queries";
import type { Mail, OrderDocument, ShownCorrection, ShownOrder, ShownRefund } from "../../../api/types";
import { Confirm } from "../../../parts/Confirm";
import { rowIdOf } from "../../../parts/documents";
import { useProblem } from "../../../parts/problem";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Skeleton } from "../../../parts/Skeleton";
import { useWords } from "../../../words";
import { TextFact } from "../Fact";
import { MailFact } from "../MailFact";
import { Happenings } from "../Timeline";
import { useAction } from "./action";
import { CorrectionFacts } from "./CorrectionFacts";
import { OpenFile } from "./OpenFile";
import { RefundFacts } from "./RefundFacts";

/** What a refund or a correction says, and what happened to its document. */
export function Details({ order, document }: { order: ShownOrder; document: OrderDocument }) {
  const words = useWords().order;
  const rowId = rowIdOf(order.orderId, document);
  const found = useDocument(rowId);
  const problem = useProblem(found);
  const shown = found.data;
  if (problem) {
    return (
      <div className="p-4">
        <ProblemNote error={problem} onRetry={() => void found.refetch()} />
      </div>
    );
  }
  if (!shown) return <Skeleton lines={4} />;
  return (
    <div className="space-y-4 border-t border-line bg-sunken/40 p-4">
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,11.5rem),1fr))] gap-x-5 gap-y-4">
        <What order={order} shown={shown} />
        {shown.mail && <MailFact name={words.mail} mail={shown.mail} />}
        {shown.copy && <MailFact name={words.copy} mail={shown.copy} />}
        {document.state === "FAILED" && <TextFact name={words.failure} text={shown.lastError} wide />}
      </dl>
      <div className="flex flex-wrap gap-2 empty:hidden">
        {shown.receipt && <OpenFile rowId={rowId} sha256={shown.receipt.sha256} />}
        {shown.status === "COMPLETED" && shown.mail && <Resend rowId={rowId} mail={shown.mail} />}
      </div>
      <Happenings history={shown.history} kind={document.kind} currency={order.order.currency} />
    </div>
  );
}

function What({ order, shown }: { order: ShownOrder; shown: ShownRefund | ShownCorrection }) {
  return "refund" in shown ? <RefundFacts order={order} shown={shown} /> : <CorrectionFacts shown={shown} />;
}

function Resend({ rowId, mail }: { rowId: string; mail: Mail }) {
  const words = useWords().order;
  const [asking, ask] = useState(false);
  const resend = useAction("resend", rowId);
  if (isMailUnderWay(mail)) return null;
  return (
    <>
      <button type="button" className="button h-8 text-sm" aria-disabled={resend.isPending} onClick={() => { ask(true); }}>
        {words.resend}
      </button>
      {resend.error && <ProblemNote error={resend.error} />}
      {asking && (
        <Confirm
          title={words.resendTitle}
          text={words.resendText}
          action={words.resend}
          instead={words.resendKeep}
          onConfirm={resend.act}
          onClose={() => { ask(false); }}
        />
      )}
    </>
  );
}
