import { listOrders } from "../../api/orders";
import type { Words } from "../../words/en";
import { newDraft, NO_ITEM, type Draft, type DraftItem } from "./draft";

type Name = keyof Words["new"]["examples"];

const item = (filled: Partial<DraftItem>) => ({ ...NO_ITEM, ...filled });
const CUP = item({ name: "Espresso cup", quantity: "4", unitPrice: "7.50", taxRate: "20", sku: "CUP-4" });

export const ACCEPTED = {
  short: () => newDraft({ customerName: "Alice" }),
  arabic: () =>
    newDraft({
      customerName: "ليلى بنت عبد الرحمن الأنصاري",
      customerEmail: "layla@example.com",
      currency: "AED",
      locale: "ar",
      items: [item({ name: "قهوة عربية، كيلوغرام", quantity: "2", unitPrice: "64.00", taxRate: "5" })],
    }),
  japanese: () =>
    newDraft({
      customerName: "小笠原 さくら子",
      customerEmail: "sakurako@example.com",
      currency: "JPY",
      locale: "ja",
      items: [item({ name: "手作りの湯呑み", quantity: "3", unitPrice: "1800", taxRate: "10" })],
    }),
  thai: () =>
    newDraft({
      customerName: "พิมพ์ชนก วัฒนศิริโรจน์",
      currency: "THB",
      locale: "th",
      items: [item({ name: "ชาไทยหอมมะลิ", quantity: "5", unitPrice: "89.50", taxRate: "7" })],
    }),
  long: () =>
    newDraft({
      customerName: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft m. b. H. & Söhne",
      currency: "EUR",
      locale: "de",
      items: [CUP],
    }),
} satisfies Partial<Record<Name, () => Draft>>;

export class NoOrderYet extends Error {}

export const REFUSED = {
  currency: () => newDraft({ customerName: "Zoë Ångström", currency: "XXY", items: [CUP] }),
  empty: () => newDraft(),
  decimals: () =>
    newDraft({ customerName: "小笠原 さくら子", currency: "JPY", items: [item({ name: "湯呑み", unitPrice: "1800.55" })] }),
  price: () =>
    newDraft({ customerName: "José Núñez", currency: "EUR", items: [item({ name: "Café", unitPrice: "18,99" })] }),
  /** The newest order's id, with another body. */
  taken: async () => {
    const { orders } = await listOrders({ status: null, from: "", to: "", q: "" }, 1, null);
    if (!orders[0]) throw new NoOrderYet();
    return newDraft({ customerName: "Somebody Else", orderId: orders[0].orderId });
  },
} satisfies Partial<Record<Name, () => Draft | Promise<Draft>>>;
