import { useReceipt } from "../../../api/queries";
import { useWords } from "../../../words";

/** A link to the file of a document, which works as long as it is on the screen. */
export function OpenFile({ rowId, sha256 }: { rowId: string; sha256: string }) {
  const link = useReceipt(rowId, sha256).data?.signedReceiptUrl;
  const words = useWords().order;
  if (!link) return null;
  return (
    <a href={link} target="_blank" rel="noreferrer" className="button h-8 text-sm">
      {words.openReceipt}
    </a>
  );
}
