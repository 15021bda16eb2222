import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { checkRefund } from "../../../api/documents";
import { isPassing, Refused } from "../../../api/errors";
import { pause } from "../../../api/poll";
import type { PostedRefund, ShownOrder } from "../../../api/types";
import type { Draft } from "../../../parts/form/draft";
import { useSettled } from "../../../parts/settled";
import { bodyOf, isComplete } from "./refund";

/** After so long, what did not reach the server is checked again. */
const SOON_MS = 2000;

/** What the refund gives back as it is written, in the server's figures. Nothing is stored. */
export function usePreview({ orderId, remaining }: ShownOrder, draft: Draft) {
  const body = isComplete(draft) ? JSON.stringify(bodyOf(draft)) : "";
  const settled = useSettled(body);
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ["refund", orderId, settled, remaining],
    queryFn: ({ signal }) => checkRefund(orderId, JSON.parse(settled) as PostedRefund, signal),
    enabled: settled !== "" && body !== "",
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    refetchInterval: (query) => isPassing(query.state.error) && pause(SOON_MS, query),
  });
  const isOfThis = settled === body && !isPlaceholderData && !error;
  const problem = error instanceof Refused ? error.problem : null;
  return {
    /** Perhaps of what was written a moment ago. */
    credited: body && !error ? (data?.credited ?? null) : null,
    isReady: body !== "" && isOfThis && data !== undefined,
    wrong: (body && problem?.errors) || [],
    error: body && !problem?.errors ? error : null,
  };
}
