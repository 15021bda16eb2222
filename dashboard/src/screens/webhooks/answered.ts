import type { WebhookDelivery } from "../../api/types";
import { useWords } from "../../words";

/** What an attempt got, in short; nothing if there was none. */
export function useAnswerWords(answer: WebhookDelivery["answer"]) {
  const words = useWords().webhooks;
  if (!answer) return "";
  return [answer.status !== undefined && words.http(answer.status), answer.error].filter(Boolean).join(", ");
}
