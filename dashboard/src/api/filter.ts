import type { Status } from "./types";

/** Which orders are wanted. `from` and `to` are days of the operator's calendar, `2026-11-01`, or empty. */
export interface Filter {
  status: Status | null;
  from: string;
  to: string;
  q: string;
}

/** Of this millennium: while a year is typed, it is none yet. */
const DAY = /^2\d{3}-\d{2}-\d{2}$/;
export const isDay = (text: string) => DAY.test(text) && new Date(`${text}T00:00Z`).getUTCDate() === Number(text.slice(-2));

/** What is searched for may be a customer's name: it is in no URL, which consoles and logs would show. */
export const searched = ({ q }: Filter): Record<string, string> =>
  q.trim() ? { "Orders-Search": encodeURIComponent(q.trim()) } : {};

/** The query of a call. The API takes a bare day as one of UTC: ours begin at the operator's midnight. */
export function wanted(filter: Filter, limit: number | null, cursor: string | null): URLSearchParams {
  const query = new URLSearchParams();
  if (filter.status) query.set("status", filter.status);
  if (filter.from) query.set("from", midnight(filter.from, 0));
  if (filter.to) query.set("to", midnight(filter.to, 1));
  if (limit) query.set("limit", String(limit));
  if (cursor) query.set("cursor", cursor);
  return query;
}

function midnight(day: string, later: number): string {
  const instant = new Date(`${day}T00:00`);
  instant.setDate(instant.getDate() + later);
  // A day that begins at one o'clock, as some do when clocks change, would make the next one begin so, too.
  if (later) instant.setHours(0, 0, 0, 0);
  return instant.toISOString();
}
