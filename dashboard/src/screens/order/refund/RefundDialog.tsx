import { useEffect, useRef, useState } from "react";
import type { ShownOrder } from "../../../api/types";
import { Confirm } from "../../../parts/Confirm";
import { Dialog } from "../../../parts/Dialog";
import { FormContext } from "../../../parts/form/form";
import { useFormats, useWords } from "../../../words";
import { useDraft } from "../drafts";
import { wrongIn } from "../wrong";
import { GivenBack } from "./GivenBack";
import { usePreview } from "./preview";
import { bodyOf, newRefund, onForm, onWhole, paymentsOf } from "./refund";
import { RefundFields } from "./RefundFields";
import { draftName, useRefunding } from "./refunding";

/** Gives money back: its credit note says for what. What remains, and what is given back, is the server's to say. */
export function RefundDialog({ order, onClose }: { order: ShownOrder; onClose: () => void }) {
  const words = useWords().refund;
  const formats = useFormats();
  const [first] = useState(() => newRefund(order.order));
  const [draft, keep] = useDraft(draftName(order.orderId), () => first);
  const [asking, ask] = useState(false);
  const preview = usePreview(order, draft);
  const refund = useRefunding(order, onClose);
  const form = useRef<HTMLFormElement>(null);
  const wrong = onForm(draft, wrongIn(refund.error) ?? preview.wrong);
  const { credited } = preview;
  const sum = credited && order.order.currency ? formats.money(credited.payable, order.order.currency) : "";
  // Something else remains now: the question would be about another sum.
  if (asking && !preview.isReady) ask(false);
  useEffect(() => {
    if (refund.error) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [refund.error]);
  return (
    <>
      <Dialog title={words.title} onClose={onClose} wide>
        <form
          ref={form}
          className="space-y-5"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (preview.isReady && !refund.isPending) ask(true);
          }}
        >
          <FormContext
            value={{
              draft,
              wrong,
              change: (to) => {
                keep(to);
                refund.reset();
              },
            }}
          >
            <RefundFields order={order} />
          </FormContext>
          <GivenBack order={order} draft={draft} preview={preview} wrong={onWhole(wrong)} error={refund.error} />
          <div className="flex flex-wrap justify-end gap-2">
            <button type="button" className="button" onClick={onClose}>
              {words.cancel}
            </button>
            <button className="button button-main" aria-disabled={!preview.isReady || refund.isPending}>
              {refund.isPending ? words.sending : sum ? words.actionOf(sum) : words.action}
            </button>
          </div>
        </form>
      </Dialog>
      {asking && credited && (
        <Confirm
          title={words.confirmTitle(sum)}
          text={order.order.customerEmail ? words.confirmMailed(order.order.customerEmail) : words.confirmText}
          action={words.actionOf(sum)}
          instead={words.back}
          onConfirm={() => {
            refund.send(bodyOf(draft, paymentsOf(draft, order.order, credited.payable)));
          }}
          onClose={() => {
            ask(false);
          }}
        />
      )}
    </>
  );
}
