/** A correction of the buyer's data while it is written: the data as it is now, and what of it was changed. */

import type { PostedCorrection, PostedOrder } from "../../../api/types";
import { isFilled, posted, written, type Draft, type Value } from "../../../parts/form/draft";
import { someLetters } from "../../../parts/ids";

const FIELDS = [
  "customerName",
  "customerCompany",
  "customerAddress",
  "customerTaxId",
  "customerReference",
  "customerEmail",
] as const;

export type Buyer = Pick<PostedOrder, (typeof FIELDS)[number]>;

/** The buyer as the order has it, and as corrections since have it. */
export const corrected = (order: PostedOrder, corrections: PostedCorrection[]) =>
  Object.assign({}, ...[order, ...corrections].map(fieldsOf)) as Buyer;

const fieldsOf = (body: PostedOrder | PostedCorrection) =>
  Object.fromEntries(FIELDS.map((field) => [field, body[field]] as const).filter(([, value]) => value != null));

/** Its id is made before the first attempt: to repeat the call, or to press twice, is the same correction. */
export const newCorrection = (buyer: Buyer): Draft => ({ correctionId: `c-${someLetters(2)}`, ...(written(buyer) as Draft) });

/** Only what was changed. */
export function bodyOf(draft: Draft, buyer: Buyer): PostedCorrection {
  const changed = FIELDS.filter((field) => {
    const text = textOf(draft[field], field);
    return text && text !== textOf(written(buyer[field] ?? ""), field);
  });
  const fields = changed.map((field) => [field, posted(draft[field] ?? "", field)]);
  return { correctionId: draft.correctionId, ...Object.fromEntries(fields) } as PostedCorrection;
}

/** What was there and is empty now: a correction replaces, and can't remove. */
export const emptied = (draft: Draft, buyer: Buyer) =>
  FIELDS.filter((field) => isFilled(buyer[field]) && !textOf(draft[field], field));

/** To compare a field with what it was. An address is compared whole, and is posted whole. */
function textOf(value: Value | undefined, field: string): string {
  const body = posted(value ?? "", field);
  if (!isFilled(body)) return "";
  return typeof body === "string" ? body : JSON.stringify(Object.entries(body as object).sort());
}

/** Whether anything was changed. */
export const isChanged = (body: PostedCorrection) => Object.keys(body).length > 1;
