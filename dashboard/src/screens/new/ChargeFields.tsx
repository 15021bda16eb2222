import { Choice } from "../../parts/form/Choice";
import { TextField } from "../../parts/form/TextField";
import { useWords } from "../../words";
import { ListOf } from "./ListOf";
import { More } from "./More";
import { SeveralTaxes, TaxDetails } from "./TaxFields";

/** Shipping, fees, tips and deposits. */
export function ChargeFields() {
  const words = useWords().new;
  return (
    <More title={words.charges} pointers={["#/charges"]}>
      <ListOf pointer="#/charges" words={words.chargeList} blank={{ kind: "shipping" }}>
        {(charge) => (
          <>
            <Choice pointer={`${charge}/kind`} label={words.kind} choices={words.kinds} className="max-sm:col-span-full" />
            <TextField pointer={`${charge}/name`} label={words.chargeName} className="col-span-full sm:col-span-3" />
            <TextField pointer={`${charge}/amount`} label={words.amount} numeric className="sm:col-span-2" />
            <TextField pointer={`${charge}/taxRate`} label={words.taxRate} numeric className="sm:col-span-2" />
            <div className="col-span-full">
              <More title={words.moreOfTax} pointers={OTHERS.map((name) => `${charge}/${name}`)}>
                <TaxDetails pointer={charge} />
                <SeveralTaxes pointer={charge} />
              </More>
            </div>
          </>
        )}
      </ListOf>
    </More>
  );
}

const OTHERS = ["taxName", "taxCategory", "taxes"];
