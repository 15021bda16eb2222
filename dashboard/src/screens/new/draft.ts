/** An order while it is written: texts, as the fields hold them, right or wrong. */

import { makeStore } from "../../parts/store";

export interface DraftItem {
  name: string;
  quantity: string;
  unitPrice: string;
  taxRate: string;
  sku: string;
}

export interface Draft {
  orderId: string;
  customerName: string;
  customerEmail: string;
  currency: string;
  locale: string;
  note: string;
  items: DraftItem[];
}

export const NO_ITEM: DraftItem = { name: "", quantity: "1", unitPrice: "", taxRate: "", sku: "" };

/** Not `randomUUID`, which a page that came without TLS does not have. */
export const someId = () => `try-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36) ?? ""}`;

export const newDraft = (filled: Partial<Draft> = {}): Draft => ({
  orderId: someId(),
  customerName: "",
  customerEmail: "",
  currency: "",
  locale: "",
  note: "",
  items: [],
  ...filled,
});

/** It stays while its operator looks at something else, until it was accepted. */
export const draft = makeStore(newDraft());
let accepted: Draft | null = null;

export const noteAccepted = (posted: Draft) => {
  accepted = posted;
};

export const renewIfAccepted = () => {
  if (draft.get() === accepted) forgetDraft();
};

export const forgetDraft = () => {
  accepted = null;
  draft.set(newDraft());
};

/** The body to post. An empty field is left out; the name is not, for it is required: the server says so. */
export function bodyOf({ items, customerName, ...texts }: Draft) {
  return {
    ...filledOf(texts),
    customerName,
    ...(items.length && {
      items: items.map(({ name, quantity, unitPrice, ...more }) => ({
        name,
        quantity: /^\d+$/.test(quantity) ? Number(quantity) : quantity,
        unitPrice,
        ...filledOf(more),
      })),
    }),
  };
}

const filledOf = (texts: Record<string, string>) => Object.fromEntries(Object.entries(texts).filter(([, text]) => text));
