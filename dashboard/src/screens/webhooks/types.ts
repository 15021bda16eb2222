import type { EventType } from "../../api/types";

/** The types of events, as they are shown. */
export const GROUPS = {
  order: ["order.received", "order.completed", "order.failed", "order.retried", "order.cancelled"],
  refund: ["refund.received", "refund.completed", "refund.failed", "refund.retried"],
  correction: ["correction.received", "receipt.corrected", "correction.failed", "correction.retried"],
  mail: ["mail.sent", "mail.unknown", "mail.not_sent", "mail.bounced", "mail.complained"],
} as const satisfies Record<string, readonly EventType[]>;
