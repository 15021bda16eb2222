import { useState } from "react";
import type { OrderList } from "../../api/types";

interface Held {
  list: OrderList | undefined;
  /** When the list that is held was the newest; null where newer orders do not wait behind it. */
  since: number | null;
}

/**
 * The list that is shown: the fresh one, or while somebody reads, the one that they began to read.
 *
 * A held order is still shown in its present state as long as it is among the fresh ones.
 */
export function useHeld(fresh: OrderList | undefined, at: number, { hold, of }: { hold: boolean; of: string }): Held {
  const [held, setHeld] = useState({ list: fresh, at, of });
  const keeps = hold && held.of === of && held.list !== undefined;
  if (!keeps && (held.list !== fresh || held.at !== at || held.of !== of)) setHeld({ list: fresh, at, of });
  if (!keeps || !held.list || !fresh) return { list: fresh, since: null };
  const present = new Map(fresh.orders.map((order) => [order.orderId, order]));
  const orders = held.list.orders.map((order) => present.get(order.orderId) ?? order);
  const isBehind = fresh.orders[0]?.orderId !== held.list.orders[0]?.orderId;
  return { list: { ...held.list, orders }, since: isBehind ? held.at : null };
}
