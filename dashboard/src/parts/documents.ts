/** The documents of an order: the ids of their rows in the API, and their places in this page. */

import type { Kind, OrderDocument } from "../api/types";

const FOLDERS: Record<Kind, string> = { receipt: "", "credit-note": "refunds", "corrected-receipt": "corrections" };

/** `12345`, or `12345/refunds/r-1`. */
export const rowIdOf = (orderId: string, { kind, id }: Pick<OrderDocument, "kind" | "id">) =>
  FOLDERS[kind] ? `${orderId}/${FOLDERS[kind]}/${id}` : orderId;

/** On the screen of its order. Ids have no letters that a query would encode. */
export function placeOf(rowId: string): string {
  const [orderId = "", ...document] = rowId.split("/");
  return `/orders/${encodeURIComponent(orderId)}?document=${document.join("/") || RECEIPT}`;
}

const RECEIPT = "receipt";

/** The document that the query of such a place names; the receipt that is valid now, if it names none. */
export function chosenOf(documents: OrderDocument[], query: string): OrderDocument | undefined {
  const named = new URLSearchParams(query).get("document");
  if (!named) return validReceipt(documents);
  return documents.find((each) => (rowIdOf("", each) || `/${RECEIPT}`) === `/${named}`);
}

/** The last receipt that was issued. The order's own counts even if it is not. */
export const validReceipt = (documents: OrderDocument[]) =>
  documents.findLast((each) => each.kind === "corrected-receipt" && each.state === "COMPLETED") ??
  documents.find((each) => each.kind === "receipt");
