import type { ShownOrder, ShownRefund } from "../../../api/types";
import { Money } from "../../../parts/Money";
import { CreditSums } from "../../../parts/Sums";
import { isZero } from "../../../parts/sumsOf";
import { useFormats, useWords } from "../../../words";
import { Fact, TextFact } from "../Fact";

/** Why money went back, for what, and how. */
export function RefundFacts({ order: { order }, shown: { refund, credited } }: { order: ShownOrder; shown: ShownRefund }) {
  const words = useWords();
  const formats = useFormats();
  const lines = (order.items ?? []).map(({ name, unit }, line) => {
    const quantity = refund.lines?.find(({ item }) => item === line + 1)?.quantity;
    return {
      name,
      quantity: quantity == null ? "" : [formats.quantity(quantity), unit].filter(Boolean).join(" "),
      amount: credited.lines[line] ?? "",
    };
  });
  // An amount of the whole order is of no line.
  const given = refund.amount == null ? lines.filter(({ amount }) => !isZero(amount)) : [];
  return (
    <>
      <TextFact name={words.refund.reason} text={refund.reason} wide />
      <Fact name={words.refund.given} wide>
        <ul>
          {given.map(({ name, quantity, amount }, line) => (
            <li key={line} className="flex items-baseline justify-between gap-4">
              <span className="min-w-0">
                <span dir="auto" className="any-text">{name}</span>
                {quantity && <span className="text-soft"> · {quantity}</span>}
              </span>
              <Money amount={amount} currency={order.currency} />
            </li>
          ))}
        </ul>
        <CreditSums order={order} credit={credited} payments={refund.payments ?? []} />
      </Fact>
    </>
  );
}
