/** A refund while it is written, its body, and where the server's remarks belong. */

import type { PostedOrder, PostedRefund, RefundLine, RefundPayment, WrongField } from "../../../api/types";
import { isFilled, type Draft } from "../../../parts/form/draft";
import { at, isWithin } from "../../../parts/form/pointers";
import { someLetters } from "../../../parts/ids";

/** Its id is made before the first attempt: to repeat the call, or to press twice, is the same refund. */
export function newRefund(order: PostedOrder): Draft {
  return {
    refundId: `r-${someLetters(2)}`,
    what: isFilled(order.items) || isFilled(order.charges) ? "lines" : "amount",
    method: order.payments?.length === 1 ? paymentKey(0) : "",
  };
}

export const paymentKey = (place: number) => `payment ${place}`;

/** The pointers of the chosen lines and charges, in the order of the body. */
const placesOf = (draft: Draft) =>
  ["#/items", "#/charges"].flatMap((list) =>
    Object.keys((at(draft, list) ?? {}) as Draft)
      .map(Number)
      .sort((one, other) => one - other)
      .map((place) => `${list}/${place}`)
      .filter((pointer) => at(draft, `${pointer}/how`)),
  );

/** Whether it says what is given back. */
export function isComplete(draft: Draft): boolean {
  if (draft.what === "amount") return isFilled(draft.amount);
  if (draft.what === "rest") return true;
  const places = placesOf(draft);
  return places.length > 0 && places.every((pointer) => isTyped(draft, pointer));
}

function isTyped(draft: Draft, pointer: string) {
  const how = typedAs(draft, pointer);
  return !how || isFilled(at(draft, `${pointer}/${how}`));
}

/** What is given back, and how, once it is known how much that is. */
export function bodyOf(draft: Draft, payments: RefundPayment[] = []): PostedRefund {
  const reason = textOf(draft.reason);
  return {
    refundId: textOf(draft.refundId),
    ...(reason && { reason }),
    ...(draft.what === "lines" && { lines: placesOf(draft).map((pointer) => lineOf(draft, pointer)) }),
    ...(draft.what === "amount" && { amount: textOf(draft.amount) }),
    ...(payments.length > 0 && { payments }),
  };
}

function lineOf(draft: Draft, pointer: string): RefundLine {
  const [, list, place] = pointer.split("/");
  const how = typedAs(draft, pointer);
  const amount = how && { [how]: textOf(at(draft, `${pointer}/${how}`)) };
  const position = Number(place) + 1;
  return list === "items" ? { item: position, ...amount } : { charge: position, ...amount };
}

/** Null for all that remains. */
function typedAs(draft: Draft, pointer: string) {
  const how = at(draft, `${pointer}/how`);
  return how === "quantity" || how === "amount" ? how : null;
}

const textOf = (value: unknown) => (typeof value === "string" ? value.trim() : "");

/** How this amount is paid back: as one of the order's own payments was made, or in another way. */
export function paymentsOf(draft: Draft, order: PostedOrder, amount: string): RefundPayment[] {
  const method = textOf(draft.method);
  if (!method) return [];
  const reference = textOf(draft.reference);
  const own = order.payments?.find((_, place) => paymentKey(place) === method);
  const { label, last4 } = own ?? {};
  return [
    {
      method: own?.method ?? (method as RefundPayment["method"]),
      amount,
      ...(label && { label }),
      ...(last4 && { last4 }),
      ...(reference && { reference }),
    },
  ];
}

/** The server names a place in the body: here it is one on the form. */
export function onForm(draft: Draft, wrong: WrongField[]): WrongField[] {
  const places = placesOf(draft);
  return wrong.map(({ pointer, ...rest }) => {
    const [, list, place, ...field] = pointer.split("/");
    if (list === "payments") return { ...rest, pointer: field[0] === "reference" ? "#/reference" : "#/method" };
    const part = list === "lines" && place !== undefined ? places[Number(place)] : undefined;
    return { ...rest, pointer: part ? [part, ...field].join("/") : pointer };
  });
}

/** What is wrong with the refund as a whole. */
export const onWhole = (wrong: WrongField[]) => wrong.filter(({ pointer }) => !FIELDS.some((field) => isWithin(pointer, field)));

const FIELDS = ["#/items", "#/charges", "#/amount", "#/reason", "#/method", "#/reference"];
