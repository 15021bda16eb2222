import { useReceipt } from "../../api/queries";
import type { Kind } from "../../api/types";
import { useProblem } from "../../parts/problem";
import { ProblemNote } from "../../parts/ProblemNote";
import { useWords } from "../../words";
import { ReceiptFrame } from "./ReceiptFrame";
import { Section } from "./Section";

interface Props {
  rowId: string;
  sha256: string;
  kind: Kind;
  /** What it is, and which one. */
  name: string;
  title: string;
}

/** A document as it was made. */
export function StoredFile({ rowId, sha256, kind, name, title }: Props) {
  const words = useWords();
  const file = useReceipt(rowId, sha256);
  const problem = useProblem(file);
  const link = file.data?.signedReceiptUrl;
  const aside = link && (
    <a href={link} target="_blank" rel="noreferrer" className="link text-sm">
      {words.order.openReceipt}
    </a>
  );
  return (
    <Section title={name} aside={aside}>
      <div className="h-[36rem]">
        {link && <ReceiptFrame link={link} title={title} />}
        {file.data === null && <p className="p-4 text-soft">{words.documents.pending[kind]}</p>}
        {problem && (
          <div className="p-4">
            <ProblemNote error={problem} onRetry={() => void file.refetch()} />
          </div>
        )}
      </div>
    </Section>
  );
}
