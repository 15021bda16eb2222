import type { ShownCorrection } from "../../../api/types";
import { useFormats, useWords } from "../../../words";
import { TextFact } from "../Fact";
import { addressText } from "../PostedFacts";

/** The corrected fields, and the document that the correction replaces. */
export function CorrectionFacts({ shown: { correction, replaces } }: { shown: ShownCorrection }) {
  const words = useWords();
  const formats = useFormats();
  return (
    <>
      <TextFact name={words.documents.replaces} text={`${replaces.number} · ${formats.day(new Date(replaces.date))}`} wide />
      <TextFact name={words.order.customer} text={correction.customerName} />
      <TextFact name={words.order.company} text={correction.customerCompany} />
      <TextFact name={words.order.email} text={correction.customerEmail} />
      <TextFact name={words.order.taxId} text={correction.customerTaxId} />
      <TextFact name={words.order.reference} text={correction.customerReference} />
      <TextFact name={words.order.address} text={addressText(correction.customerAddress, formats)} />
    </>
  );
}
