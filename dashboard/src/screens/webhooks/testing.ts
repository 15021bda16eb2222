import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { WebhookDelivery } from "../../api/types";
import { getDelivery, testWebhook } from "../../api/webhooks";
import { say } from "../../parts/notice";
import { useWords } from "../../words";

const PAUSE_MS = 700;
/** Longer than an endpoint may take to answer. */
const PATIENCE_MS = 20_000;

/** Sends an endpoint a test event, and says what became of it. */
export function useTest(id: string) {
  const words = useWords().webhooks;
  const queries = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => outcome(id, await testWebhook(id)),
    onMutate: () => {
      say("");
    },
    onSuccess: ({ status }) => {
      say({ DELIVERED: words.testTaken, FAILED: words.testFailed, PENDING: words.testLater }[status]);
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["webhook", id] }),
        queries.invalidateQueries({ queryKey: ["deliveries", id] }),
      ]),
  });
  return {
    isPending,
    error,
    send: () => {
      if (!isPending) mutate();
    },
  };
}

/** The delivery once it was tried, or as it is when that takes too long. */
async function outcome(id: string, sent: WebhookDelivery): Promise<WebhookDelivery> {
  const end = Date.now() + PATIENCE_MS;
  let delivery = sent;
  while (delivery.status === "PENDING" && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    delivery = await getDelivery(id, sent.eventId, AbortSignal.timeout(PATIENCE_MS));
  }
  return delivery;
}
