import { useEffect, useRef, useState } from "react";
import { isPassing } from "../../../api/errors";
import type { ShownOrder } from "../../../api/types";
import { Confirm } from "../../../parts/Confirm";
import { AddressFields } from "../../../parts/form/AddressFields";
import { FieldNote } from "../../../parts/form/FieldNote";
import { FormContext } from "../../../parts/form/form";
import { TextField } from "../../../parts/form/TextField";
import { ProblemNote } from "../../../parts/ProblemNote";
import { useWords } from "../../../words";
import { useDraft } from "../drafts";
import { wrongIn } from "../wrong";
import { draftName, useCorrecting } from "./correcting";
import { bodyOf, emptied, isChanged, newCorrection, type Buyer } from "./correction";

interface Props {
  order: ShownOrder;
  /** As the valid receipt has it. */
  buyer: Buyer;
  onClose: () => void;
}

export function CorrectionForm({ order, buyer, onClose }: Props) {
  const { correct: words, new: names } = useWords();
  const [first] = useState(() => newCorrection(buyer));
  const [draft, keep] = useDraft(draftName(order.orderId), () => first);
  const [asking, ask] = useState(false);
  const correction = useCorrecting(order, onClose);
  const form = useRef<HTMLFormElement>(null);
  const body = bodyOf(draft, buyer);
  const missing = emptied(draft, buyer).map((field) => NAMES[field]);
  const canSend = isChanged(body) && !missing.length && !correction.isPending;
  const wrong = wrongIn(correction.error) ?? [];
  const email = body.customerEmail ?? buyer.customerEmail;
  useEffect(() => {
    if (correction.error) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [correction.error]);
  return (
    <form
      ref={form}
      className="space-y-5"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (canSend) ask(true);
      }}
    >
      <FormContext
        value={{
          draft,
          wrong,
          change: (to) => {
            keep(to);
            correction.reset();
          },
        }}
      >
        <BuyerFields />
      </FormContext>
      {wrong.filter(({ pointer }) => pointer === "#").map(({ detail }) => <FieldNote key={detail} wrong={detail} />)}
      {correction.error && <ProblemNote error={correction.error} />}
      {isPassing(correction.error) && <p className="text-sm text-soft">{words.safeToRepeat}</p>}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p role="status" className={`mr-auto min-w-0 flex-1 basis-60 text-sm ${missing.length ? "text-bad" : "text-soft"}`}>
          {missing.length ? words.emptied(missing.map((name) => names[name]).join(", ")) : !isChanged(body) && words.unchanged}
        </p>
        <button type="button" className="button" onClick={onClose}>
          {words.cancel}
        </button>
        <button className="button button-main" aria-disabled={!canSend}>
          {correction.isPending ? words.sending : words.action}
        </button>
      </div>
      {asking && (
        <Confirm
          title={words.confirmTitle}
          text={email ? words.confirmMailed(email) : words.confirmText}
          action={words.action}
          instead={words.back}
          onConfirm={() => {
            correction.send(body);
          }}
          onClose={() => {
            ask(false);
          }}
        />
      )}
    </form>
  );
}

/** Of the fields, as they are labelled. */
const NAMES = {
  customerName: "name",
  customerCompany: "company",
  customerAddress: "address",
  customerTaxId: "taxId",
  customerReference: "customerReference",
  customerEmail: "email",
} as const;

function BuyerFields() {
  const words = useWords().new;
  return (
    <div className="grid grid-cols-2 gap-x-4 gap-y-3">
      <TextField pointer="#/customerName" label={words.name} className="col-span-full" />
      <TextField pointer="#/customerCompany" label={words.company} className="max-sm:col-span-full" />
      <TextField pointer="#/customerTaxId" label={words.taxId} className="max-sm:col-span-full" />
      <TextField pointer="#/customerReference" label={words.customerReference} className="max-sm:col-span-full" />
      <TextField pointer="#/customerEmail" label={words.email} className="max-sm:col-span-full" />
      <AddressFields pointer="#/customerAddress" />
    </div>
  );
}
