import { useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { Refused } from "../../api/errors";
import { postOrder } from "../../api/orders";
import type { WrongField } from "../../api/types";
import { isFilled, type Draft } from "../../parts/form/draft";
import { at } from "../../parts/form/pointers";
import { bodyOf, noteAccepted } from "./draft";
import { shopKey } from "./key";

/** The call that posts the order. `isTried` from the first time it is refused until it is accepted or forgotten. */
export function usePosting() {
  const [isTried, setTried] = useState(false);
  const post = useMutation({
    mutationFn: (posted: Draft) => postOrder(bodyOf(posted), shopKey.get()),
    gcTime: 0,
    onSuccess: (_, posted) => {
      noteAccepted(posted);
      setTried(false);
    },
    onError: () => {
      setTried(true);
    },
  });
  const forget = () => {
    setTried(false);
    post.reset();
  };
  return { ...post, isTried, forget };
}

interface Posting {
  error: Error | null;
  isTried: boolean;
}

/** What is wrong in the fields. While an order is first written, what is still missing in it is not wrong yet. */
export function wrongIn(draft: Draft, checked: WrongField[], { error, isTried }: Posting): WrongField[] {
  const posted = error instanceof Refused ? error.problem.errors : undefined;
  if (posted) return posted;
  return isTried ? checked : checked.filter(({ pointer }) => isFilled(at(draft, pointer)));
}
