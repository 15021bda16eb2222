import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Refused } from "../../api/errors";
import { go } from "../../location";
import { catchFocus } from "../../parts/arrival";
import { placeOf } from "../../parts/documents";
import { say } from "../../parts/notice";
import { dropDraft } from "./drafts";

interface Following<Body> {
  orderId: string;
  /** Of the dialog. */
  draft: string;
  /** Posts it, and answers with the id of its document's row. */
  post: (body: Body) => Promise<string>;
  /** What is said then. */
  accepted: string;
  onDone: () => void;
}

/** The call that makes a document which follows a receipt. To repeat it with the same body is the same document. */
export function useFollowing<Body>({ orderId, draft, post, accepted, onDone }: Following<Body>) {
  const queries = useQueryClient();
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: post,
    gcTime: 0,
    onSuccess: (rowId) => {
      dropDraft(draft);
      onDone();
      say(accepted);
      go(placeOf(rowId), {}, "replace");
      setTimeout(catchFocus);
    },
    onError: (refused) => {
      // An attempt before, with something else in it, had arrived after all: what is written now is another one.
      if (isConflict(refused)) dropDraft(draft);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["order", orderId] }),
  });
  const send = (body: Body) => {
    if (!isPending) mutate(body);
  };
  return { send, isPending, error, reset };
}

const isConflict = (error: unknown) => error instanceof Refused && /:(refund|correction)-conflict$/.test(error.problem.type);
