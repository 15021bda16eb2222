import type { ShownOrder } from "../../../api/types";
import { Dialog } from "../../../parts/Dialog";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Skeleton } from "../../../parts/Skeleton";
import { useWords } from "../../../words";
import { useBuyer } from "./buyer";
import { CorrectionForm } from "./CorrectionForm";

/** Puts the buyer's data right, by a new receipt that replaces the one before. */
export function CorrectDialog({ order, onClose }: { order: ShownOrder; onClose: () => void }) {
  const words = useWords().correct;
  const { buyer, error, retry } = useBuyer(order);
  return (
    <Dialog title={words.title} onClose={onClose} wide>
      <p className="text-soft">{words.intro}</p>
      {error && !buyer && <ProblemNote error={error} onRetry={retry} />}
      {!error && !buyer && <Skeleton lines={6} />}
      {buyer && <CorrectionForm order={order} buyer={buyer} onClose={onClose} />}
    </Dialog>
  );
}
