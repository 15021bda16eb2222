import type { Address, PostedOrder } from "../../api/types";
import { Moment } from "../../parts/Moment";
import { useFormats, useWords } from "../../words";
import type { Formats } from "../../words/formats";
import { Fact, TextFact } from "./Fact";

/** Facts about the purchase and its buyer, as the shop posted them. */
export function PostedFacts({ order }: { order: PostedOrder }) {
  const words = useWords().order;
  const formats = useFormats();
  return (
    <>
      <TextFact name={words.number} text={order.orderNumber} />
      {order.placedAt && (
        <Fact name={words.placed}>
          <Moment at={order.placedAt} full />
        </Fact>
      )}
      <TextFact name={words.company} text={order.customerCompany} />
      <TextFact name={words.taxId} text={order.customerTaxId} />
      <TextFact name={words.reference} text={order.customerReference} />
      <TextFact name={words.address} text={addressText(order.customerAddress, formats)} />
      <TextFact name={words.delivery} text={addressText(order.deliveryAddress, formats)} />
    </>
  );
}

/** Facts that need a line of their own. */
export function LongFacts({ order }: { order: PostedOrder }) {
  const words = useWords().order;
  const metadata = Object.entries(order.metadata ?? {});
  return (
    <>
      <TextFact name={words.exemption} text={order.taxExemptionReason} wide />
      <TextFact name={words.note} text={order.note} wide />
      <TextFact name={words.metadata} text={metadata.map(([name, text]) => `${name}: ${text}`).join("\n")} wide />
    </>
  );
}

export const addressText = (address: Address | null | undefined, formats: Formats) =>
  address &&
  [
    address.name,
    ...(address.lines ?? []),
    [address.postalCode, address.city].filter(Boolean).join(" "),
    address.region,
    address.country && formats.country(address.country),
  ]
    .filter(Boolean)
    .join("\n");
