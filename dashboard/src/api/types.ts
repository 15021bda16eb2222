import type { components } from "./schema";

type Schemas = components["schemas"];

export type Status = Schemas["Status"];
export type Summary = Schemas["Summary"];
export type Minute = Schemas["Minute"];
export type Problem = Schemas["Problem"];
export type WrongField = Schemas["WrongField"];
export type HistoryLine = Schemas["HistoryLine"];
/** The generated type is a union with the conditions on the fields, which hold no fields of their own. */
export type PostedOrder = Extract<Schemas["PostedOrder"], { customerName: string }>;
export type PostedItem = Schemas["PostedItem"];
export type Address = Schemas["DeliveryAddress"];
export type OrderDiscount = Schemas["OrderDiscount"];
export type Payment = Schemas["Payment"];
export type Totals = Schemas["Totals"];
export type Tax = Schemas["TotalsTax"];
export type CheckedOrder = Omit<Schemas["CheckedOrder"], "order"> & { order: PostedOrder };
export type Accepted = Schemas["Accepted"];
export type ReceiptLink = Schemas["ReceiptLink"];

export type Mail = Schemas["Mail"];
export type MailStatus = Schemas["DeliveryStatus"];
export type ShownOrder = Omit<Schemas["ShownOrder"], "order"> & { order: PostedOrder };
export type ListedOrder = Schemas["ListedOrder"];
export type OrderList = Schemas["OrderList"];

export type Kind = Schemas["Kind"];
export type Settlement = Schemas["SettlementState"];
export type Remaining = Schemas["Remaining"];
export type OrderDocument = Schemas["OrderDocument"];
export type PostedRefund = Schemas["PostedRefund"];
export type RefundLine = Schemas["RefundLine"];
export type RefundPayment = Schemas["RefundPayment"];
export type AcceptedRefund = Schemas["AcceptedRefund"];
export type ShownRefund = Schemas["ShownRefund"];
export type PostedCorrection = Schemas["PostedCorrection"];
export type AcceptedCorrection = Schemas["AcceptedCorrection"];
export type ShownCorrection = Schemas["ShownCorrection"];
export type ListedDocument = Schemas["ListedDocument"];
export type DocumentList = Schemas["DocumentList"];
export type Register = Schemas["Register"];
export type RegisterEntry = Schemas["RegisterEntry"];
export type EntryState = Schemas["EntryState"];
export type CheckedRefund = Schemas["CheckedRefund"];

export type EventType = Schemas["EventType"];
export type Webhook = Schemas["Webhook"];
export type WebhookList = Schemas["WebhookList"];
export type WebhookPosted = Schemas["PostedWebhook"];
/** The generated type is a union with the conditions on the fields, which hold no fields of their own. */
export interface WebhookChange {
  url?: string;
  types?: EventType[];
  description?: string;
  status?: Webhook["status"];
  skipMissed?: boolean;
}
export type WebhookWithSecret = Schemas["WebhookWithSecret"];
export type WebhookDelivery = Schemas["WebhookDelivery"];
export type WebhookDeliveryList = Schemas["WebhookDeliveryList"];
export type WebhookDeliveryWithRequest = Schemas["WebhookDeliveryWithRequest"];
export type WebhookDeliveryStatus = WebhookDelivery["status"];

export const STATUSES = ["RECEIVED", "COMPLETED", "FAILED", "CANCELLED"] as const satisfies readonly Status[];
