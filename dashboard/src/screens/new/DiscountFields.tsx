import { TextField } from "../../parts/form/TextField";
import { useWords } from "../../words";
import { ListOf } from "./ListOf";
import { More } from "./More";

/** Reductions of the whole order. */
export function DiscountFields() {
  const words = useWords().new;
  return (
    <More title={words.discounts} pointers={["#/discounts"]}>
      <ListOf pointer="#/discounts" words={words.discountList} blank={{}}>
        {(discount) => (
          <>
            <TextField pointer={`${discount}/name`} label={words.discountName} className="col-span-full" />
            <TextField pointer={`${discount}/percent`} label={words.discountPercent} numeric />
            <TextField pointer={`${discount}/amount`} label={words.discountAmount} numeric />
            <TextField
              pointer={`${discount}/taxRate`}
              label={words.discountTaxRate}
              hint={words.discountTaxRateHint}
              className="col-span-2"
              numeric
            />
          </>
        )}
      </ListOf>
    </More>
  );
}
