import { Choice } from "../../parts/form/Choice";
import { TextField } from "../../parts/form/TextField";
import { useWords } from "../../words";
import { ListOf } from "./ListOf";
import { More } from "./More";

/** What the customer has paid, and cash rounding. */
export function PaymentFields() {
  const words = useWords();
  return (
    <More title={words.new.payments} pointers={["#/payments", "#/rounding"]}>
      <ListOf pointer="#/payments" words={words.new.paymentList} blank={{ method: "card" }}>
        {(payment) => (
          <>
            <Choice pointer={`${payment}/method`} label={words.new.method} choices={words.amounts.methods} className="sm:col-span-2" />
            <TextField pointer={`${payment}/amount`} label={words.new.amount} numeric className="sm:col-span-2" />
            <TextField pointer={`${payment}/label`} label={words.new.label} hint="Visa …" className="sm:col-span-2" />
            <TextField pointer={`${payment}/last4`} label={words.new.last4} hint="4242" numeric className="sm:col-span-2" />
            <TextField pointer={`${payment}/reference`} label={words.new.reference} className="col-span-full" />
            <TextField
              pointer={`${payment}/paidAt`}
              label={words.new.paidAt}
              hint="2026-11-23T18:30:00+01:00"
              className="col-span-full"
            />
          </>
        )}
      </ListOf>
      <TextField pointer="#/rounding" label={words.new.rounding} hint={words.new.roundingHint} numeric className="col-span-full" />
    </More>
  );
}
