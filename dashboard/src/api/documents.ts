/** The operators' calls about what follows a receipt, one function each. */

import { call } from "./call";
import { at, json } from "./orders";
import type {
  AcceptedCorrection,
  AcceptedRefund,
  CheckedRefund,
  DocumentList,
  PostedCorrection,
  PostedRefund,
  Register,
  ShownCorrection,
  ShownRefund,
} from "./types";

export const postRefund = (orderId: string, refund: PostedRefund) =>
  json<AcceptedRefund>(call(`${at(orderId)}/refunds`, { method: "POST", body: refund }));

/** What a refund would give back. Nothing is stored. */
export const checkRefund = (orderId: string, refund: PostedRefund, signal: AbortSignal) =>
  json<CheckedRefund>(call(`${at(orderId)}/refunds?dryRun=true`, { method: "POST", body: refund, signal }));

export const postCorrection = (orderId: string, correction: PostedCorrection) =>
  json<AcceptedCorrection>(call(`${at(orderId)}/corrections`, { method: "POST", body: correction }));

export const getDocument = (rowId: string, signal: AbortSignal) =>
  json<ShownRefund | ShownCorrection>(call(at(rowId), { signal }));

export const resend = (rowId: string) => json<unknown>(call(`${at(rowId)}/resend`, { method: "POST" }));

export const listFailedDocuments = (cursor: string | null, signal?: AbortSignal) =>
  json<DocumentList>(call(`/operations/documents?${query({ status: "FAILED", limit: "100", cursor })}`, signal && { signal }));

/** The series by their names, and of one of them so many entries from this number on. */
export const getRegister = (series: string, from: number, limit: number, signal: AbortSignal) =>
  json<Register>(call(`/operations/register?${query({ series, from: String(from), limit: String(limit) })}`, { signal }));

/** Without what is empty. */
export const query = (parts: Record<string, string | null>) =>
  new URLSearchParams(Object.entries(parts).filter((part): part is [string, string] => Boolean(part[1]))).toString();
