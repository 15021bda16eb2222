/** The operators' calls about webhook endpoints, one function each. */

import { call } from "./call";
import { query } from "./documents";
import { json } from "./orders";
import type {
  Webhook,
  WebhookChange,
  WebhookDelivery,
  WebhookDeliveryList,
  WebhookDeliveryWithRequest,
  WebhookList,
  WebhookPosted,
  WebhookWithSecret,
} from "./types";

const ALL = "/operations/webhooks";
const at = (id: string) => `${ALL}/${encodeURIComponent(id)}`;
const deliveryAt = (id: string, eventId: string) => `${at(id)}/deliveries/${encodeURIComponent(eventId)}`;

export const listWebhooks = async (signal: AbortSignal) => (await json<WebhookList>(call(ALL, { signal }))).webhooks;

export const getWebhook = (id: string, signal: AbortSignal) => json<Webhook>(call(at(id), { signal }));

export const addWebhook = (webhook: WebhookPosted) => json<WebhookWithSecret>(call(ALL, { method: "POST", body: webhook }));

export const changeWebhook = (id: string, change: WebhookChange) =>
  json<Webhook>(call(at(id), { method: "PATCH", body: change }));

export const removeWebhook = (id: string) => call(at(id), { method: "DELETE" });

export const rotateWebhook = (id: string) => json<WebhookWithSecret>(call(`${at(id)}/rotate`, { method: "POST" }));

export const testWebhook = (id: string) => json<WebhookDelivery>(call(`${at(id)}/test`, { method: "POST" }));

export const replayEvent = (id: string, eventId: string) =>
  json<WebhookDelivery>(call(`${at(id)}/replay`, { method: "POST", body: { eventId } }));

export const replayTime = (id: string, from: string, to: string) =>
  json<unknown>(call(`${at(id)}/replay`, { method: "POST", body: { from, to } }));

export const listDeliveries = (id: string, status: string, limit: number, cursor: string | null, signal: AbortSignal) =>
  json<WebhookDeliveryList>(call(`${at(id)}/deliveries?${query({ status, limit: String(limit), cursor })}`, { signal }));

export const getDelivery = (id: string, eventId: string, signal: AbortSignal) =>
  json<WebhookDeliveryWithRequest>(call(deliveryAt(id, eventId), { signal }));
