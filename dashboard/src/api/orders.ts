/** The operators' calls, one function each. */

import { call, callAs } from "./call";
import { currentConfig } from "./config";
import { Refused, Unreachable } from "./errors";
import { searched, wanted, type Filter } from "./filter";
import type { Accepted, CheckedOrder, OrderList, ReceiptLink, ShownOrder, Summary, WrongField } from "./types";

/** A body that breaks off is as if nobody had answered. */
export const json = async <T>(answer: Promise<Response>) =>
  (await (await answer).json().catch((error: unknown) => {
    throw new Unreachable(String(error));
  })) as T;
/** Of an order, or of a document that follows it, by the id of its row: `12345`, `12345/refunds/r-1`. */
export const at = (rowId: string) => `/operations/orders/${rowId.split("/").map(encodeURIComponent).join("/")}`;

export const getSummary = (signal?: AbortSignal) =>
  json<Summary>(call("/operations/summary", signal && { signal }));

/** A server of the version before, as after a rollback, does not tell what it can't read. */
type Listed = Omit<OrderList, "unreadable"> & Partial<OrderList>;

export async function listOrders(
  filter: Filter,
  limit: number,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<OrderList> {
  const answer = call(`/operations/orders?${wanted(filter, limit, cursor).toString()}`, {
    headers: searched(filter),
    ...(signal && { signal }),
  });
  return { unreadable: [], ...(await json<Listed>(answer)) };
}

/** A server of the version before knows of no document but the receipt. */
const ALONE = { settlement: "NONE", refunded: null, remaining: null, documents: [] } as const;

export async function getOrder(orderId: string, signal: AbortSignal): Promise<ShownOrder> {
  const answer = call(`/operations/orders/${encodeURIComponent(orderId)}`, { signal });
  return { ...ALONE, ...(await json<ShownOrder>(answer)) };
}

export const retry = (rowId: string) => json<unknown>(call(`${at(rowId)}/retry`, { method: "POST" }));

export const retryOrder = (orderId: string) => json<ShownOrder>(call(`${at(orderId)}/retry`, { method: "POST" }));

export const cancelOrder = (orderId: string) => json<ShownOrder>(call(`${at(orderId)}/cancel`, { method: "POST" }));

export const resendMail = (orderId: string) => json<ShownOrder>(call(`${at(orderId)}/resend`, { method: "POST" }));

/** Null while the document is being made. */
export async function getReceipt(rowId: string, signal: AbortSignal): Promise<ReceiptLink | null> {
  const answer = await call(`${at(rowId)}/receipt`, { signal });
  return answer.status === 202 ? null : nearby(await json<ReceiptLink>(Promise.resolve(answer)));
}

/**
 * A server on one machine has the receipts itself, at every address that leads to it. The page may frame only those of
 * its own address, and the link begins with the customers' address.
 */
function nearby(link: ReceiptLink): ReceiptLink {
  const { api } = currentConfig();
  const file = link.signedReceiptUrl.indexOf("/files/receipts/");
  return api === "." && file >= 0 ? { ...link, signedReceiptUrl: api + link.signedReceiptUrl.slice(file) } : link;
}

/** As the shop, whose routes know no operators. */
export const postOrder = (order: unknown, shopKey: string) =>
  json<Accepted>(callAs(identity(shopKey), "/orders", { method: "POST", body: order }));

/** What an order comes to, or what is wrong in it. Nothing is stored. */
export async function checkOrder(order: unknown, shopKey: string, signal: AbortSignal): Promise<Checked> {
  try {
    const answer = callAs(identity(shopKey), "/orders?dryRun=true", { method: "POST", body: order, signal });
    return { checked: await json<CheckedOrder>(answer), wrong: [] };
  } catch (error) {
    if (error instanceof Refused && error.problem.errors) return { checked: null, wrong: error.problem.errors };
    throw error;
  }
}

export interface Checked {
  checked: CheckedOrder | null;
  wrong: WrongField[];
}

const identity = (shopKey: string): Record<string, string> => (shopKey ? { "x-api-key": shopKey } : {});
