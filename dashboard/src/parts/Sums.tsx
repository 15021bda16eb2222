import type { PostedOrder, RefundPayment, Totals } from "../api/types";
import { useFormats, useWords } from "../words";
import { Money } from "./Money";
import { sumsOf, sumsOfCredit, type Sum } from "./sumsOf";

/** From the discounts of an order to what is due. */
export function Sums({ order, totals }: { order: PostedOrder; totals: Totals }) {
  const words = useWords().amounts;
  return <SumTable sums={sumsOf(order, totals, words, useFormats())} currency={order.currency} />;
}

interface CreditProps {
  order: PostedOrder;
  credit: Totals;
  payments: RefundPayment[];
}

/** What a refund gives back, and how. */
export function CreditSums({ order, credit, payments }: CreditProps) {
  const words = useWords().amounts;
  return <SumTable sums={sumsOfCredit(credit, order, payments, words, useFormats())} currency={order.currency} />;
}

function SumTable({ sums, currency }: { sums: Sum[]; currency: string | null | undefined }) {
  const words = useWords().amounts;
  return (
    <table className="w-full" aria-label={words.title}>
      <tbody>
        {sums.map(({ name, amount, isStrong }, row) => (
          <tr key={row} className={isStrong ? "font-semibold" : "text-soft"}>
            <th scope="row" className="py-0.5 text-right [font-weight:inherit]">
              <span className="any-text">{name}</span>
            </th>
            <td className="w-px py-0.5 pl-5 text-right align-top">
              <Money amount={amount} currency={currency} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
