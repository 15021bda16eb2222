import type { ListedOrder } from "../../api/types";

export interface Group {
  /** Empty where none was given. */
  reason: string;
  orders: ListedOrder[];
}

/** By the reason of their failure, the largest group first. */
export function groupsOf(orders: ListedOrder[]): Group[] {
  const groups = new Map<string, ListedOrder[]>();
  for (const order of orders) {
    const reason = order.lastError ?? "";
    groups.set(reason, [...(groups.get(reason) ?? []), order]);
  }
  return [...groups]
    .map(([reason, members]) => ({ reason, orders: members }))
    .sort((one, other) => other.orders.length - one.orders.length || one.reason.localeCompare(other.reason));
}
