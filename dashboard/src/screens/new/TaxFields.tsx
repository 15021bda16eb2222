import { Choice } from "../../parts/form/Choice";
import { TextField } from "../../parts/form/TextField";
import { useWords } from "../../words";
import { Flag } from "./Flag";
import { ListOf } from "./ListOf";

/** The name and the category of the tax of an item or a charge. */
export function TaxDetails({ pointer }: { pointer: string }) {
  const words = useWords();
  return (
    <>
      <TextField pointer={`${pointer}/taxName`} label={words.new.taxName} hint="VAT, MwSt. …" />
      <Choice pointer={`${pointer}/taxCategory`} label={words.new.taxCategory} choices={{ S: words.new.standard, ...words.amounts.categories }} />
    </>
  );
}

/** Several taxes at once, such as GST and QST. */
export function SeveralTaxes({ pointer }: { pointer: string }) {
  const words = useWords().new;
  return (
    <ListOf pointer={`${pointer}/taxes`} words={words.taxList} blank={{}}>
      {(tax) => (
        <>
          <TextField pointer={`${tax}/name`} label={words.taxName} hint="GST, QST …" className="sm:col-span-2" />
          <TextField pointer={`${tax}/rate`} label={words.taxRate} numeric className="sm:col-span-2" />
          <Flag pointer={`${tax}/compound`} label={words.compound} className="col-span-full" />
        </>
      )}
    </ListOf>
  );
}
