import { useMutation, useQueryClient } from "@tanstack/react-query";
import { resend } from "../../../api/documents";
import { retry } from "../../../api/orders";
import { catchFocus } from "../../../parts/arrival";
import { say } from "../../../parts/notice";
import { useWords } from "../../../words";

const CALLS = { retry, resend };

/** What an operator can do to a document that follows a receipt. */
export function useAction(action: keyof typeof CALLS, rowId: string) {
  const words = useWords();
  const queries = useQueryClient();
  const done = { retry: words.documents.retried, resend: words.order.resent };
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => CALLS[action](rowId),
    onSuccess: () => {
      say(done[action]);
    },
    onSettled: async () => {
      await queries.invalidateQueries();
      // The button may be gone.
      setTimeout(catchFocus);
    },
  });
  const act = () => {
    if (isPending) return;
    say("");
    mutate();
  };
  return { act, isPending, error };
}
