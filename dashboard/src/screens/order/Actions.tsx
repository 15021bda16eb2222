import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { cancelOrder, resendMail, retryOrder } from "../../api/orders";
import { isMailUnderWay } from "../../api/queries";
import type { OrderDocument, ShownOrder } from "../../api/types";
import { catchFocus } from "../../parts/arrival";
import { Confirm } from "../../parts/Confirm";
import { say } from "../../parts/notice";
import { ProblemNote } from "../../parts/ProblemNote";
import { isZero } from "../../parts/sumsOf";
import { useWords } from "../../words";
import { CorrectDialog } from "./correct/CorrectDialog";
import { RefundDialog } from "./refund/RefundDialog";

const CALLS = { retry: retryOrder, cancel: cancelOrder, resend: resendMail };
type Action = keyof typeof CALLS;

/** What an operator can do to an order in its state. */
export function Actions({ order }: { order: ShownOrder }) {
  const words = useWords().order;
  const queries = useQueryClient();
  const [asking, setAsking] = useState<"cancel" | "resend" | "refund" | "correct" | null>(null);
  const queryKey = ["order", order.orderId];
  const done = { retry: words.retried, cancel: words.cancelled, resend: words.resent };
  const { mutate: act, isPending, error } = useMutation({
    mutationFn: (action: Action) => CALLS[action](order.orderId),
    onMutate: () => {
      say("");
    },
    onError: () => queries.invalidateQueries({ queryKey }),
    onSuccess: async (moved, action) => {
      // What was requested meanwhile may have been read before, and would be shown after.
      await queries.cancelQueries({ queryKey });
      queries.setQueryData(queryKey, moved);
      say(done[action]);
    },
    // The button may be gone.
    onSettled: () => setTimeout(catchFocus),
  });
  const mutate = (action: Action) => {
    if (!isPending) act(action);
  };
  const close = () => {
    setAsking(null);
  };
  const { status } = order;
  const can = {
    cancel: status === "RECEIVED" || status === "FAILED",
    resend: status === "COMPLETED" && order.order.customerEmail != null && !isMailUnderWay(order.mail),
    refund: status === "COMPLETED" && order.remaining !== null && !isZero(order.remaining.payable),
    correct: status === "COMPLETED" && !order.documents.some(isCorrectionUnderWay),
  };
  // A question that is moot is not asked again when it no longer is.
  if (asking && !can[asking]) setAsking(null);
  return (
    <div className="max-w-full space-y-3">
      <div className="flex flex-wrap gap-2 sm:justify-end">
        {can.cancel && (
          <button type="button" className="button button-bad" aria-disabled={isPending} onClick={() => { setAsking("cancel"); }}>
            {words.cancel}
          </button>
        )}
        {can.resend && (
          <button type="button" className="button" aria-disabled={isPending} onClick={() => { setAsking("resend"); }}>
            {words.resend}
          </button>
        )}
        {can.correct && (
          <button type="button" className="button" onClick={() => { setAsking("correct"); }}>
            {words.correct}
          </button>
        )}
        {can.refund && (
          <button type="button" className="button" onClick={() => { setAsking("refund"); }}>
            {words.refund}
          </button>
        )}
        {status === "FAILED" && (
          <button type="button" className="button button-main" aria-disabled={isPending} onClick={() => { mutate("retry"); }}>
            {words.retry}
          </button>
        )}
      </div>
      {error && <ProblemNote error={error} />}
      {asking === "cancel" && (
        <Confirm
          title={words.cancelTitle}
          text={words.cancelText}
          action={words.cancel}
          instead={words.cancelKeep}
          onConfirm={() => { mutate("cancel"); }}
          onClose={close}
        />
      )}
      {asking === "resend" && (
        <Confirm
          title={words.resendTitle}
          text={words.resendText}
          action={words.resend}
          instead={words.resendKeep}
          onConfirm={() => { mutate("resend"); }}
          onClose={close}
        />
      )}
      {asking === "refund" && <RefundDialog order={order} onClose={close} />}
      {asking === "correct" && <CorrectDialog order={order} onClose={close} />}
    </div>
  );
}

/** One at a time: each names the receipt before it. */
const isCorrectionUnderWay = ({ kind, state }: OrderDocument) => kind === "corrected-receipt" && state === "RECEIVED";
