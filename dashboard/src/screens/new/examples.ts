import { listOrders } from "../../api/orders";
import type { PostedItem } from "../../api/types";
import type { Draft } from "../../parts/form/draft";
import type { Words } from "../../words/en";
import { draftOf, newDraft } from "./draft";
import { realOrder } from "./real";

type Name = keyof Words["new"]["examples"];

const CUP: PostedItem = { name: "Espresso cup", quantity: 4, unitPrice: "7.50", taxRate: "20", sku: "CUP-4" };

export const ACCEPTED = {
  german: () => realOrder("german-shop"),
  canadian: () => realOrder("canadian-shop"),
  cafe: () => realOrder("cafe"),
  short: () => draftOf({ customerName: "Alice" }),
  arabic: () =>
    draftOf({
      customerName: "ليلى بنت عبد الرحمن الأنصاري",
      customerEmail: "layla@example.com",
      currency: "AED",
      locale: "ar",
      items: [{ name: "قهوة عربية، كيلوغرام", quantity: 2, unitPrice: "64.00", taxRate: "5" }],
    }),
  japanese: () =>
    draftOf({
      customerName: "小笠原 さくら子",
      customerEmail: "sakurako@example.com",
      currency: "JPY",
      locale: "ja",
      items: [{ name: "手作りの湯呑み", quantity: 3, unitPrice: "1800", taxRate: "10" }],
    }),
  thai: () =>
    draftOf({
      customerName: "พิมพ์ชนก วัฒนศิริโรจน์",
      currency: "THB",
      locale: "th",
      items: [{ name: "ชาไทยหอมมะลิ", quantity: 5, unitPrice: "89.50", taxRate: "7" }],
    }),
  long: () =>
    draftOf({
      customerName: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft m. b. H. & Söhne",
      currency: "EUR",
      locale: "de",
      items: [CUP],
    }),
} satisfies Partial<Record<Name, () => Draft>>;

export class NoOrderYet extends Error {}

export const REFUSED = {
  currency: () => draftOf({ customerName: "Zoë Ångström", currency: "XXY", items: [CUP] }),
  empty: () => newDraft(),
  decimals: () =>
    draftOf({
      customerName: "小笠原 さくら子",
      currency: "JPY",
      items: [{ name: "湯呑み", quantity: 1, unitPrice: "1800.123456789" }],
    }),
  price: () =>
    draftOf({ customerName: "José Núñez", currency: "EUR", items: [{ name: "Café", quantity: 1, unitPrice: "18,99" }] }),
  voucher: () =>
    draftOf({
      customerName: "Zoë Ångström",
      currency: "EUR",
      items: [CUP],
      discounts: [{ name: "Voucher", amount: "100.00" }],
    }),
  /** The newest order's id, with another body. */
  taken: async () => {
    const { orders } = await listOrders({ status: null, from: "", to: "", q: "" }, 1, null);
    if (!orders[0]) throw new NoOrderYet();
    return draftOf({ customerName: "Somebody Else", orderId: orders[0].orderId });
  },
} satisfies Partial<Record<Name, () => Draft | Promise<Draft>>>;
