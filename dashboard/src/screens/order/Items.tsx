import type { ShownOrder } from "../../api/types";
import { Sums } from "../../parts/Sums";
import { useWords } from "../../words";
import { ItemRow, NUMBER, WIDE_ONLY } from "./ItemRow";
import { Section } from "./Section";

export function Items({ order: { order, totals } }: { order: ShownOrder }) {
  const words = useWords();
  const names = words.order;
  const items = order.items ?? [];
  if (!items.length && !totals) {
    return (
      <Section title={names.items}>
        <p className="p-4 text-soft">{names.noItems}</p>
      </Section>
    );
  }
  const aside = order.pricesIncludeTax && <span className="text-sm text-soft">{words.amounts.pricesIncludeTax}</span>;
  return (
    <Section title={names.items} aside={aside}>
      <div className="overflow-x-auto" role="group" aria-label={names.items} tabIndex={0}>
        <table className="w-full">
          <thead className="text-left text-sm text-soft">
            <tr>
              <th scope="col" className="px-4 py-2 font-medium">{names.item}</th>
              <th scope="col" className={`${WIDE_ONLY} font-medium`}>{names.quantity}</th>
              <th scope="col" className={`${WIDE_ONLY} font-medium`}>{names.unitPrice}</th>
              <th scope="col" className={`${WIDE_ONLY} font-medium`}>{names.taxRate}</th>
              <th scope="col" className={`${NUMBER} font-medium`}>{names.amount}</th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line border-y border-line">
            {items.map((item, line) => (
              <ItemRow key={line} item={item} amount={totals?.lines[line] ?? null} currency={order.currency} />
            ))}
          </tbody>
        </table>
      </div>
      {totals && (
        <div className="px-4 py-3">
          <Sums order={order} totals={totals} />
        </div>
      )}
    </Section>
  );
}
