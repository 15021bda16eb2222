import type { PostedItem } from "../../api/types";
import { Money } from "../../parts/Money";
import { discountName } from "../../parts/sumsOf";
import { useFormats, useWords } from "../../words";
import type { Formats } from "../../words/formats";

export const NUMBER = "px-2.5 py-2 text-right align-top whitespace-nowrap last:pr-4";
/** On a phone it is below the name. */
export const WIDE_ONLY = `${NUMBER} max-sm:hidden`;

interface Props {
  item: PostedItem;
  amount: string | null;
  currency: string | null | undefined;
}

/** A line of an order. `amount` is what it comes to. */
export function ItemRow({ item, amount, currency }: Props) {
  const { amounts } = useWords();
  const formats = useFormats();
  const quantity = [formats.quantity(item.quantity), item.unit].filter(Boolean).join(" ");
  const taxes = taxesOf(item, amounts.categories, formats);
  return (
    <tr>
      <th scope="row" className="min-w-32 py-2 pr-2.5 pl-4 text-left align-top font-normal">
        <span dir="auto" className="any-text block text-left">{item.name}</span>
        {item.description && (
          <span dir="auto" className="any-text block text-left text-sm whitespace-pre-line text-soft">{item.description}</span>
        )}
        {item.sku && <span className="any-text block font-mono text-xs text-soft">{item.sku}</span>}
        <Discount item={item} currency={currency} />
        <span className="block text-sm text-soft sm:hidden">
          {quantity} × <Money amount={item.unitPrice} currency={currency} />
          {taxes.length > 0 && ` · ${taxes.join(", ")}`}
        </span>
      </th>
      <td className={WIDE_ONLY}>{quantity}</td>
      <td className={WIDE_ONLY}><Money amount={item.unitPrice} currency={currency} /></td>
      <td className={WIDE_ONLY}>
        {taxes.length ? taxes.map((tax) => <span key={tax} className="block">{tax}</span>) : "–"}
      </td>
      <td className={NUMBER}><Money amount={amount} currency={currency} /></td>
    </tr>
  );
}

function Discount({ item: { discount }, currency }: Omit<Props, "amount">) {
  const words = useWords().order;
  const formats = useFormats();
  if (!discount) return null;
  const amount = discount.amount && currency && formats.money(discount.amount, currency);
  const what = [discountName(discount, formats), amount].filter(Boolean).join(" ");
  return <span className="any-text block text-sm text-soft">{words.lineDiscount(what)}</span>;
}

/** Each tax by name and rate; a category without a rate by its words. */
function taxesOf({ taxes, taxName, taxRate, taxCategory }: PostedItem, categories: Record<string, string>, formats: Formats) {
  if (taxes?.length) return taxes.map(({ name, rate }) => `${name} ${formats.percent(rate)}`);
  const words = [taxName ?? categories[taxCategory ?? ""], taxRate && formats.percent(taxRate)].filter(Boolean);
  return words.length ? [words.join(" ")] : [];
}
