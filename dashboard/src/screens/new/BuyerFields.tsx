import { AddressFields } from "../../parts/form/AddressFields";
import { TextField } from "../../parts/form/TextField";
import { useWords } from "../../words";
import { More } from "./More";

/** The buyer's company and address. */
export function BuyerFields() {
  const words = useWords().new;
  return (
    <More title={words.buyer} pointers={["#/customerCompany", "#/customerTaxId", "#/customerReference", "#/customerAddress"]}>
      <TextField pointer="#/customerCompany" label={words.company} className="col-span-full" />
      <TextField pointer="#/customerTaxId" label={words.taxId} className="max-sm:col-span-full" />
      <TextField pointer="#/customerReference" label={words.customerReference} className="max-sm:col-span-full" />
      <AddressFields pointer="#/customerAddress" />
    </More>
  );
}

/** Where the goods go, if it is another address. */
export function DeliveryFields() {
  const words = useWords().new;
  return (
    <More title={words.delivery} pointers={["#/deliveryAddress"]}>
      <TextField pointer="#/deliveryAddress/name" label={words.recipient} className="col-span-full" />
      <AddressFields pointer="#/deliveryAddress" />
    </More>
  );
}
