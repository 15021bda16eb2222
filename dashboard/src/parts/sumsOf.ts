/** The sums of an order in the order of the receipt. Every figure is the server's: nothing is computed here. */

import type { OrderDiscount, Payment, PostedOrder, RefundPayment, Tax, Totals } from "../api/types";
import type { Words } from "../words/en";
import type { Formats } from "../words/formats";

export interface Sum {
  name: string;
  amount: string;
  isStrong?: boolean;
}

type AmountWords = Words["amounts"];

export function sumsOf(order: PostedOrder, totals: Totals, words: AmountWords, formats: Formats): Sum[] {
  return [
    ...adjustments(order, totals, words, formats),
    { name: words.net, amount: totals.net },
    ...totals.taxes.map((tax) => ({ name: taxName(tax, order, words, formats), amount: tax.amount })),
    { name: words.total, amount: totals.total, isStrong: true },
    ...roundingOf(totals, words),
    ...paymentsOf(order, totals, words, formats),
  ];
}

/** The sums of a credit note, and how it was paid back. */
export function sumsOfCredit(credit: Totals, order: PostedOrder, payments: RefundPayment[], words: AmountWords, formats: Formats): Sum[] {
  return [
    ...(isZero(credit.discount) ? [] : [{ name: words.discounts, amount: `-${credit.discount}` }]),
    ...(isZero(credit.charges) ? [] : [{ name: words.charges, amount: credit.charges }]),
    { name: words.net, amount: credit.net },
    ...credit.taxes.map((tax) => ({ name: taxName(tax, order, words, formats), amount: tax.amount })),
    ...(isZero(credit.rounding)
      ? []
      : [
          { name: words.total, amount: credit.total },
          { name: words.rounding, amount: credit.rounding },
        ]),
    { name: words.givenBack, amount: credit.payable, isStrong: true },
    ...payments.map((payment) => ({ name: words.paidBack(paymentName(payment, words, formats)), amount: payment.amount })),
  ];
}

function adjustments(order: PostedOrder, totals: Totals, words: AmountWords, formats: Formats): Sum[] {
  const discounts = order.discounts ?? [];
  const charges = (order.charges ?? []).map(({ name, amount }) => ({ name, amount }));
  if (!discounts.length) return charges;
  const name = discounts.map((discount) => discountName(discount, formats)).join(", ");
  return [{ name: words.discount(name), amount: `-${totals.discount}` }, ...charges];
}

export const discountName = ({ name, percent }: Pick<OrderDiscount, "percent"> & { name?: string | null }, formats: Formats) =>
  [name, percent && formats.percent(percent)].filter(Boolean).join(" ");

function taxName({ name, rate, category, base }: Tax, order: PostedOrder, words: AmountWords, formats: Formats) {
  const kind = words.categories[category];
  const percent = rate !== null && !(kind && isZero(rate)) && formats.percent(rate);
  const tax = [name ?? kind ?? words.tax, percent].filter(Boolean).join(" ");
  return base !== null && order.currency ? words.taxOn(tax, formats.money(base, order.currency)) : tax;
}

function roundingOf(totals: Totals, words: AmountWords): Sum[] {
  if (isZero(totals.rounding)) return [];
  return [
    { name: words.rounding, amount: totals.rounding },
    { name: words.payable, amount: totals.payable, isStrong: true },
  ];
}

function paymentsOf(order: PostedOrder, totals: Totals, words: AmountWords, formats: Formats): Sum[] {
  const payments = order.payments ?? [];
  if (!payments.length) return [];
  const isChange = totals.due.startsWith("-");
  return [
    ...payments.map((payment) => ({ name: words.paid(paymentName(payment, words, formats)), amount: payment.amount })),
    { name: isChange ? words.change : words.due, amount: totals.due.replace("-", ""), isStrong: true },
  ];
}

type Means = Pick<Payment, "method" | "label" | "last4" | "paidAt" | "reference">;

export const paymentName = ({ method, label, last4, paidAt, reference }: Means, words: AmountWords, formats: Formats) =>
  [words.methods[method], label, last4 && `•••• ${last4}`, paidAt && formats.full(new Date(paidAt)), reference]
    .filter(Boolean)
    .join(" · ");

export const isZero = (amount: string) => !/[1-9]/.test(amount);
