import { useMemo } from "react";
import { PAGE } from "../../api/queries";
import type { Register } from "../../api/types";
import { go, useSearchText } from "../../location";

interface View {
  /** Empty while no series is known. */
  series: string;
  /** The last number of the series; 0 if it has none. */
  last: number;
  /** The first and the last number of the page. */
  from: number;
  to: number;
}

/** Which part of the register the URL asks for: by default the newest numbers of the last series by name. */
export function useView(known: Register["series"]): View {
  const search = useSearchText();
  return useMemo(() => {
    const query = new URLSearchParams(search);
    const named = known.find(({ name }) => name === query.get("series")) ?? known.at(-1);
    const last = named?.last ?? 0;
    const wanted = Number(query.get("to"));
    const to = Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, last) : last;
    return { series: named?.name ?? "", last, from: Math.max(1, to - PAGE + 1), to };
  }, [search, known]);
}

/** `to` is the newest number of the page; the newest of all, if none is named. */
export function show(series: string, to?: number) {
  const query = new URLSearchParams({ series, ...(to !== undefined && { to: String(to) }) });
  go(`/register?${query.toString()}`);
  scrollTo(0, 0);
}
