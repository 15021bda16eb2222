import { TextField } from "../../parts/form/TextField";
import { useWords } from "../../words";
import { BuyerFields, DeliveryFields } from "./BuyerFields";
import { ChargeFields } from "./ChargeFields";
import { DiscountFields } from "./DiscountFields";
import { Flag } from "./Flag";
import { ItemFields } from "./ItemFields";
import { ListOf } from "./ListOf";
import { More } from "./More";
import { PaymentFields } from "./PaymentFields";

export function OrderFields() {
  const words = useWords().new;
  return (
    <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
      <TextField pointer="#/customerName" label={words.name} className="sm:col-span-2" />
      <TextField pointer="#/orderNumber" label={words.number} hint="#1001, RE 2026-17 …" />
      <TextField pointer="#/customerEmail" label={words.email} />
      <TextField pointer="#/currency" label={words.currency} hint="EUR, JPY, AED …" />
      <TextField pointer="#/locale" label={words.locale} hint="en, es, ja, pt-BR …" />
      <h2 className="pt-1 font-semibold sm:col-span-2">{words.items}</h2>
      <Flag pointer="#/pricesIncludeTax" label={words.pricesIncludeTax} className="sm:col-span-2" />
      <ListOf pointer="#/items" words={words.itemList} blank={{ quantity: "1" }}>
        {(pointer) => <ItemFields pointer={pointer} />}
      </ListOf>
      <div className="divide-y divide-line border-y border-line *:py-2 sm:col-span-2">
        <DiscountFields />
        <ChargeFields />
        <PaymentFields />
        <BuyerFields />
        <DeliveryFields />
        <More title={words.more} pointers={["#/placedAt", "#/taxExemptionReason", "#/note", "#/metadata"]}>
          <TextField pointer="#/placedAt" label={words.placedAt} hint="2026-11-23T18:30:00+01:00" className="col-span-full" />
          <TextField pointer="#/taxExemptionReason" label={words.taxExemptionReason} className="col-span-full" />
          <TextField pointer="#/note" label={words.note} lines={2} className="col-span-full" />
          <TextField pointer="#/metadata" label={words.metadata} hint="channel: web" lines={2} className="col-span-full" />
        </More>
      </div>
      <TextField pointer="#/orderId" label={words.id} hint={words.idHint} className="sm:col-span-2" />
    </div>
  );
}
