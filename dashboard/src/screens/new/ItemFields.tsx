import { FieldNote } from "../../parts/form/FieldNote";
import { useWrongPart } from "../../parts/form/form";
import { TextField } from "../../parts/form/TextField";
import { useWords } from "../../words";
import { More } from "./More";
import { SeveralTaxes, TaxDetails } from "./TaxFields";

/** The fields of an item: those of every receipt, and on demand the others. */
export function ItemFields({ pointer }: { pointer: string }) {
  const words = useWords().new;
  const field = (name: string) => `${pointer}/${name}`;
  return (
    <>
      <TextField pointer={field("name")} label={words.item} className="col-span-full" />
      <TextField pointer={field("quantity")} label={words.quantity} numeric />
      <TextField pointer={field("unit")} label={words.unit} hint="kg, h, m …" />
      <TextField pointer={field("unitPrice")} label={words.unitPrice} numeric />
      <TextField pointer={field("taxRate")} label={words.taxRate} numeric />
      <div className="col-span-full">
        <More title={words.moreOfItem} pointers={OTHERS.map(field)}>
          <TextField pointer={field("description")} label={words.description} lines={2} className="col-span-full" />
          <TextField pointer={field("sku")} label={words.sku} />
          <TextField pointer={field("discount/name")} label={words.discountName} />
          <TextField pointer={field("discount/percent")} label={words.discountPercent} numeric />
          <TextField pointer={field("discount/amount")} label={words.discountAmount} numeric />
          <WrongPart pointer={field("discount")} />
          <TaxDetails pointer={pointer} />
          <SeveralTaxes pointer={pointer} />
        </More>
      </div>
    </>
  );
}

const OTHERS = ["description", "sku", "discount", "taxName", "taxCategory", "taxes"];

function WrongPart({ pointer }: { pointer: string }) {
  const wrong = useWrongPart(pointer);
  return wrong && <div className="col-span-full"><FieldNote wrong={wrong} /></div>;
}
