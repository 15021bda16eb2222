import type { ShownOrder } from "../../../api/types";
import { Choice } from "../../../parts/form/Choice";
import { useField } from "../../../parts/form/form";
import { TextField } from "../../../parts/form/TextField";
import { paymentName } from "../../../parts/sumsOf";
import { useFormats, useWords } from "../../../words";
import { PartRow } from "./PartRow";
import { paymentKey } from "./refund";
import { What } from "./What";

/** What is given back, why, and how. */
export function RefundFields({ order }: { order: ShownOrder }) {
  const words = useWords().refund;
  const formats = useFormats();
  const { value: what } = useField("#/what");
  const { currency } = order.order;
  const payable = order.remaining?.payable ?? "";
  const rest = currency ? formats.money(payable, currency) : payable;
  return (
    <>
      <What order={order} rest={rest} />
      {what === "lines" && <Parts order={order} />}
      {what === "amount" && <TextField pointer="#/amount" label={words.amountIn(currency ?? "")} hint={words.amountHint(rest)} numeric />}
      {what === "rest" && <p className="text-soft">{words.restHint(rest)}</p>}
      <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
        <TextField pointer="#/reason" label={words.reason} hint={words.reasonHint} className="sm:col-span-2" />
        <PaidBack order={order} />
      </div>
    </>
  );
}

/** The lines and charges, each with what remains of it. */
function Parts({ order: { order, totals, remaining } }: { order: ShownOrder }) {
  const words = useWords();
  const charges = order.charges ?? [];
  const shared = { currency: order.currency };
  return (
    <ul aria-label={words.refund.parts} className="divide-y divide-line rounded-lg border border-line">
      {(order.items ?? []).map((item, place) => (
        <PartRow
          key={`item ${place}`}
          pointer={`#/items/${place}`}
          name={item.name}
          whole={totals?.lines[place] ?? ""}
          remains={remaining?.lines[place] ?? ""}
          quantity={{ whole: String(item.quantity), remains: remaining?.quantities[place] ?? "", unit: item.unit ?? "" }}
          {...shared}
        />
      ))}
      {charges.map((charge, place) => (
        <PartRow
          key={`charge ${place}`}
          pointer={`#/charges/${place}`}
          name={charge.name}
          whole={charge.amount}
          remains={remaining?.charges[place] ?? ""}
          {...shared}
        />
      ))}
    </ul>
  );
}

/** As the customer paid, or in another way; a receipt need not say it. */
function PaidBack({ order: { order } }: { order: ShownOrder }) {
  const words = useWords();
  const formats = useFormats();
  const { value: method } = useField("#/method");
  const payments = (order.payments ?? []).map(({ method: own, label, last4 }, place) => [
    paymentKey(place),
    paymentName({ method: own, ...(label && { label }), ...(last4 && { last4 }) }, words.amounts, formats),
  ]);
  const choices = { ...(Object.fromEntries(payments) as Record<string, string>), ...words.amounts.methods };
  return (
    <>
      <Choice pointer="#/method" label={words.refund.paidBack} choices={choices} />
      {method ? <TextField pointer="#/reference" label={words.refund.reference} hint={words.refund.referenceHint} /> : null}
    </>
  );
}
