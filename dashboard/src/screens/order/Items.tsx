import type { ShownOrder } from "../../api/types";
import { Money } from "../../parts/Money";
import { useFormats, useWords } from "../../words";
import { Section } from "./Section";
import { lineAmount, netAndTax } from "./amounts";

const NUMBER = "px-2.5 py-2 text-right whitespace-nowrap last:pr-4";
/** On a phone it is below the name. */
const WIDE_ONLY = `${NUMBER} max-sm:hidden`;

export function Items({ order: { order, total } }: { order: ShownOrder }) {
  const words = useWords().order;
  const formats = useFormats();
  const items = order.items ?? [];
  if (!items.length || total === null) {
    return (
      <Section title={words.items}>
        <p className="p-4 text-soft">{words.noItems}</p>
      </Section>
    );
  }
  const { net, tax } = netAndTax(items, total);
  const sums = [
    [words.net, net],
    [words.tax, tax],
    [words.total, total],
  ] as const;
  return (
    <Section title={words.items}>
      <div className="overflow-x-auto" role="group" aria-label={words.items} tabIndex={0}>
        <table className="w-full">
          <thead className="text-left text-sm text-soft">
            <tr>
              <th scope="col" className="px-4 py-2 font-medium">{words.item}</th>
              <th scope="col" className={`${WIDE_ONLY} font-medium`}>{words.quantity}</th>
              <th scope="col" className={`${WIDE_ONLY} font-medium`}>{words.unitPrice}</th>
              <th scope="col" className={`${WIDE_ONLY} font-medium`}>{words.taxRate}</th>
              <th scope="col" className={`${NUMBER} font-medium`}>{words.amount}</th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line border-y border-line">
            {items.map((item, line) => (
              <tr key={line}>
                <th scope="row" className="min-w-32 py-2 pr-2.5 pl-4 text-left font-normal">
                  <span dir="auto" className="any-text block text-left">{item.name}</span>
                  {item.sku && <span className="any-text block font-mono text-xs text-soft">{item.sku}</span>}
                  <span className="block text-sm text-soft sm:hidden">
                    {formats.number(item.quantity)} × <Money amount={item.unitPrice} currency={order.currency} />
                    {item.taxRate && ` · ${formats.percent(item.taxRate)}`}
                  </span>
                </th>
                <td className={WIDE_ONLY}>{formats.number(item.quantity)}</td>
                <td className={WIDE_ONLY}><Money amount={item.unitPrice} currency={order.currency} /></td>
                <td className={WIDE_ONLY}>{item.taxRate ? formats.percent(item.taxRate) : "–"}</td>
                <td className={NUMBER}>
                  <Money amount={lineAmount(item, total)} currency={order.currency} />
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            {sums.map(([name, sum]) => (
              <tr key={name} className="text-soft last:font-semibold last:text-ink first:[&>*]:pt-3 last:[&>*]:pb-3">
                <th scope="row" colSpan={4} className="px-2.5 py-0.5 text-right [font-weight:inherit]">{name}</th>
                <td className="py-0.5 pr-4 pl-2.5 text-right whitespace-nowrap"><Money amount={sum} currency={order.currency} /></td>
              </tr>
            ))}
          </tfoot>
        </table>
      </div>
    </Section>
  );
}
