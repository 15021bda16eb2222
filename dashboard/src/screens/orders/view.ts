import { useMemo } from "react";
import { isDay, type Filter } from "../../api/filter";
import { STATUSES, type Status } from "../../api/types";
import { go, useEntry, useSearchText } from "../../location";

/** Which orders the URL and the entry of the history ask for. */
export function useFilter(): Filter {
  const search = useSearchText();
  const { q = "" } = useEntry();
  return useMemo(() => {
    const query = new URLSearchParams(search);
    const status = STATUSES.find((known) => known === query.get("status")) ?? null;
    return { status, from: dayOf(query.get("from")), to: dayOf(query.get("to")), q };
  }, [search, q]);
}

const dayOf = (text: string | null) => (text && isDay(text) ? text : "");

/** The same screen with another filter, from its first page. */
export function show(filter: Filter, how: "push" | "replace" = "push") {
  go(addressOf(filter), filter.q ? { q: filter.q } : {}, how);
}

export function addressOf({ status, from, to }: { status: Status | null; from: string; to: string }): string {
  const query = new URLSearchParams();
  if (status) query.set("status", status);
  if (from) query.set("from", from);
  if (to) query.set("to", to);
  return query.size ? `/orders?${query.toString()}` : "/orders";
}

export function showPage(filter: Filter, cursors: string[]) {
  go(addressOf(filter), { ...(filter.q && { q: filter.q }), ...(cursors.length && { cursors }) });
  scrollTo(0, 0);
}
