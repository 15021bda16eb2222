import { postCorrection } from "../../../api/documents";
import type { PostedCorrection, ShownOrder } from "../../../api/types";
import { rowIdOf } from "../../../parts/documents";
import { useWords } from "../../../words";
import { useFollowing } from "../following";

export const draftName = (orderId: string) => `correction ${orderId}`;

/** The call that makes the correction. */
export function useCorrecting({ orderId }: ShownOrder, onDone: () => void) {
  const words = useWords().correct;
  return useFollowing({
    orderId,
    draft: draftName(orderId),
    post: async (correction: PostedCorrection) => {
      const { correctionId } = await postCorrection(orderId, correction);
      return rowIdOf(orderId, { kind: "corrected-receipt", id: correctionId });
    },
    accepted: words.accepted,
    onDone,
  });
}
