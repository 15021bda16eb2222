import { useQueries } from "@tanstack/react-query";
import { documentQuery } from "../../../api/queries";
import type { ShownOrder } from "../../../api/types";
import { rowIdOf } from "../../../parts/documents";
import { corrected, type Buyer } from "./correction";

/** The buyer's data as the receipt that is valid now has it; undefined until the corrections before are read. */
export function useBuyer(order: ShownOrder): { buyer: Buyer | undefined; error: Error | null; retry: () => void } {
  const issued = order.documents.filter(({ kind, state }) => kind === "corrected-receipt" && state === "COMPLETED");
  const found = useQueries({ queries: issued.map((document) => documentQuery(rowIdOf(order.orderId, document))) });
  const corrections = found.flatMap(({ data }) => (data && "correction" in data ? [data.correction] : []));
  return {
    buyer: corrections.length === issued.length ? corrected(order.order, corrections) : undefined,
    error: found.find(({ error }) => error)?.error ?? null,
    retry: () => {
      found.forEach(({ refetch }) => void refetch());
    },
  };
}
