import type { PostedOrder, Totals } from "../api/types";
import { useFormats, useWords } from "../words";
import { Money } from "./Money";
import { sumsOf } from "./sumsOf";

/** From the discounts of an order to what is due. */
export function Sums({ order, totals }: { order: PostedOrder; totals: Totals }) {
  const words = useWords().amounts;
  const formats = useFormats();
  return (
    <table className="w-full" aria-label={words.title}>
      <tbody>
        {sumsOf(order, totals, words, formats).map(({ name, amount, isStrong }, row) => (
          <tr key={row} className={isStrong ? "font-semibold" : "text-soft"}>
            <th scope="row" className="py-0.5 text-right [font-weight:inherit]">
              <span className="any-text">{name}</span>
            </th>
            <td className="w-px py-0.5 pl-5 text-right align-top">
              <Money amount={amount} currency={order.currency} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
