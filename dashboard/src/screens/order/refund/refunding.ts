import { postRefund } from "../../../api/documents";
import type { PostedRefund, ShownOrder } from "../../../api/types";
import { rowIdOf } from "../../../parts/documents";
import { useWords } from "../../../words";
import { useFollowing } from "../following";

export const draftName = (orderId: string) => `refund ${orderId}`;

/** The call that makes the refund. */
export function useRefunding({ orderId }: ShownOrder, onDone: () => void) {
  const words = useWords().refund;
  return useFollowing({
    orderId,
    draft: draftName(orderId),
    post: async (refund: PostedRefund) => {
      const { refundId } = await postRefund(orderId, refund);
      return rowIdOf(orderId, { kind: "credit-note", id: refundId });
    },
    accepted: words.accepted,
    onDone,
  });
}
