import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { getDocument, getRegister, listFailedDocuments } from "./documents";
import type { Filter } from "./filter";
import { getOrder, getReceipt, getSummary, listOrders } from "./orders";
import { pause } from "./poll";
import { getDelivery, getWebhook, listDeliveries, listWebhooks } from "./webhooks";
import type { ListedDocument, ListedOrder, Mail, ReceiptLink, ShownOrder, Status } from "./types";

// On AWS each call costs, most of all the summary and the list: `make cost` reads these pauses here.
/** For one order under way, which somebody waits for. */
const SOON_MS = 2000;
const LIST_MS = 3000;
export const LIVE_MS = 5000;
/** For the counts beside other things. */
const ELSEWHERE_MS = 10_000;
/** For what rarely changes once it is over. */
const SELDOM_MS = 10_000;

export const PAGE = 50;

/** Where several parts of the screen want it, the shortest pause counts: each answer begins the others' pauses anew. */
export const useSummary = (ms = ELSEWHERE_MS) =>
  useQuery({ queryKey: ["summary"], queryFn: ({ signal }) => getSummary(signal), refetchInterval: (query) => pause(ms, query) });

export const useOrders = (filter: Filter, cursor: string | null) =>
  useQuery({
    queryKey: ["orders", filter, cursor],
    queryFn: ({ signal }) => listOrders(filter, PAGE, cursor, signal),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => pause(LIST_MS, query),
  });

/** Only so many: a list that nobody can read to its end need not be in memory. */
const MOST_FAILED_PAGES = 5;

/** The newest failed orders. */
export const useFailed = () =>
  useQuery({
    queryKey: ["failed"],
    queryFn: ({ signal }) =>
      firstPages<ListedOrder>(async (cursor) => {
        const { orders, cursor: next } = await listOrders(FAILED, 100, cursor, signal);
        return [orders, next];
      }),
    refetchInterval: (query) => pause(5000, query),
  });

/** The newest failed credit notes and corrected receipts. */
export const useFailedDocuments = () =>
  useQuery({
    queryKey: ["failed documents"],
    queryFn: ({ signal }) =>
      firstPages<ListedDocument>(async (cursor) => {
        const { documents, cursor: next } = await listFailedDocuments(cursor, signal);
        return [documents, next];
      }),
    refetchInterval: (query) => pause(SELDOM_MS, query),
  });

async function firstPages<T>(read: (cursor: string | null) => Promise<[T[], string | null | undefined]>) {
  const found: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_FAILED_PAGES; page++) {
    const [some, next]: [T[], string | null | undefined] = await read(cursor);
    found.push(...some);
    cursor = next ?? null;
    if (!cursor) break;
  }
  return found;
}

export const FAILED: Filter = { status: "FAILED", from: "", to: "", q: "" };

export const useOrder = (orderId: string) =>
  useQuery({
    queryKey: ["order", orderId],
    queryFn: ({ signal }) => getOrder(orderId, signal),
    refetchInterval: (query) => pause(isUnderWay(query.state.data) ? SOON_MS : SELDOM_MS, query),
  });

/** A credit note or a corrected receipt, by the id of its row. */
export const documentQuery = (rowId: string) =>
  queryOptions({
    queryKey: ["document", rowId],
    queryFn: ({ signal }) => getDocument(rowId, signal),
    refetchInterval: (query) => pause(isUnderWay(query.state.data) ? SOON_MS : SELDOM_MS, query),
  });

export const useDocument = (rowId: string) => useQuery(documentQuery(rowId));

interface Moving {
  status: Status;
  mail: Mail | null;
  documents?: ShownOrder["documents"];
}

const isUnderWay = (row: Moving | undefined) =>
  !row ||
  row.status === "RECEIVED" ||
  isMailUnderWay(row.mail) ||
  (row.documents?.some((each) => each.state === "RECEIVED") ?? false);

export const isMailUnderWay = (mail: Mail | null) => mail?.status === "WAITING" || mail?.status === "SENDING";

/** The series of the register. */
export const useSeries = () =>
  useQuery({
    queryKey: ["series"],
    queryFn: async ({ signal }) => (await getRegister("", 1, 1, signal)).series,
    refetchInterval: (query) => pause(SELDOM_MS, query),
  });

/** A page of a series, from this number on; nothing is asked for while no series is known. */
export const useEntries = (series: string, from: number) =>
  useQuery({
    queryKey: ["register", series, from],
    queryFn: async ({ signal }) => (await getRegister(series, from, PAGE, signal)).entries,
    enabled: series !== "",
    placeholderData: keepPreviousData,
    refetchInterval: (query) => pause(SELDOM_MS, query),
  });

export const useWebhooks = () =>
  useQuery({
    queryKey: ["webhooks"],
    queryFn: ({ signal }) => listWebhooks(signal),
    refetchInterval: (query) => pause(SELDOM_MS, query),
  });

export const useWebhook = (id: string) =>
  useQuery({
    queryKey: ["webhook", id],
    queryFn: ({ signal }) => getWebhook(id, signal),
    refetchInterval: (query) => pause(LIVE_MS, query),
  });

/** The deliveries to an endpoint, of one status or any, the newest event first. */
export const useDeliveries = (id: string, status: string, cursor: string | null) =>
  useQuery({
    queryKey: ["deliveries", id, status, cursor],
    queryFn: ({ signal }) => listDeliveries(id, status, PAGE, cursor, signal),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => pause(LIVE_MS, query),
  });

export const useDelivery = (id: string, eventId: string) =>
  useQuery({
    queryKey: ["delivery", id, eventId],
    queryFn: ({ signal }) => getDelivery(id, eventId, signal),
    refetchInterval: (query) => pause(query.state.data?.status === "PENDING" ? SOON_MS : SELDOM_MS, query),
  });

/** Asked for again shortly before it ends; not all the time, where this clock is ahead of the server's. */
const BEFORE_THE_END_MS = 20_000;
const SOONEST_RENEWAL_MS = 60_000;

/** The link to the document of this row that has this digest, renewed while it is on the screen. */
export const useReceipt = (rowId: string, sha256: string) =>
  useQuery({
    queryKey: ["receipt", rowId, sha256],
    queryFn: ({ signal }) => getReceipt(rowId, signal),
    // A machine that slept wakes up with a link that is over.
    staleTime: (query) => (query.state.data ? untilRenewal(query.state.data, query.state.dataUpdatedAt) : 0),
    refetchIntervalInBackground: true,
    refetchInterval: (query) =>
      query.state.data && query.state.status !== "error"
        ? untilRenewal(query.state.data, query.state.dataUpdatedAt)
        : pause(SOON_MS, query),
  });

const untilRenewal = (link: ReceiptLink, since: number) =>
  Math.max(SOONEST_RENEWAL_MS, new Date(link.expiresAt).getTime() - since - BEFORE_THE_END_MS);
