import { useState } from "react";
import { queries } from "../../api/poll";
import { useFailed, useFailedDocuments, useSummary } from "../../api/queries";
import { useArrival } from "../../parts/arrival";
import { Empty } from "../../parts/Empty";
import { useProblem } from "../../parts/problem";
import { ProblemNote } from "../../parts/ProblemNote";
import { Skeleton } from "../../parts/Skeleton";
import { useFormats, useWords } from "../../words";
import { FailedDocuments } from "./FailedDocuments";
import { FailedGroup } from "./FailedGroup";
import { groupsOf } from "./groups";
import { retry, retryAll, stopRetrying, useRetrying } from "./retrying";
import { RetryProgress } from "./RetryProgress";

export function FailedScreen() {
  const words = useWords().failed;
  const formats = useFormats();
  useArrival(words.title);
  const failed = useFailed();
  const documents = useFailedDocuments();
  const problems = [useProblem(failed), useProblem(documents)];
  const problem = problems.find((each) => each !== null) ?? null;
  const counted = useSummary().data?.orders.FAILED ?? 0;
  const progress = useRetrying();
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const shown = failed.data ?? [];
  const all = Math.max(counted, shown.length);
  const selected = shown.filter((order) => marked.has(order.orderId)).map((order) => order.orderId);
  const isRunning = progress?.isRunning ?? false;

  const mark = (orderIds: string[], isMarked: boolean) => {
    setMarked((before) => {
      const after = new Set(before);
      for (const orderId of orderIds) after[isMarked ? "add" : "delete"](orderId);
      return after;
    });
  };

  return (
    <>
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">{words.title}</h1>
        {shown.length > 0 && (
          <div className="flex flex-wrap gap-2">
            {selected.length > 0 && (
              <button
                type="button"
                className="button"
                disabled={isRunning}
                onClick={() => {
                  void retry(selected);
                  setMarked(new Set());
                }}
              >
                {words.retrySelected(formats.number(selected.length))}
              </button>
            )}
            <button
              type="button"
              className="button button-main"
              disabled={isRunning}
              onClick={() => {
                void retryAll(all);
              }}
            >
              {words.retryAll(formats.number(all))}
            </button>
          </div>
        )}
      </div>
      <RetryProgress progress={progress} onStop={stopRetrying} />
      {problem && <ProblemNote error={problem} onRetry={() => void queries.invalidateQueries()} />}
      {(failed.isPending || documents.isPending) && !problem && (
        <div className="panel">
          <Skeleton lines={8} tall />
        </div>
      )}
      {failed.data?.length === 0 && documents.data?.length === 0 && (
        <div className="panel">
          <Empty title={words.none} hint={words.noneHint} />
        </div>
      )}
      {documents.data !== undefined && documents.data.length > 0 && (
        <FailedDocuments documents={documents.data} disabled={isRunning} onRetry={(rowIds) => void retry(rowIds)} />
      )}
      {all > shown.length && shown.length > 0 && (
        <p className="text-sm text-soft">{words.newest(formats.number(shown.length), formats.number(all))}</p>
      )}
      {groupsOf(shown).map((group) => (
        <FailedGroup
          key={group.reason}
          group={group}
          marked={marked}
          disabled={isRunning}
          onMark={mark}
          onRetry={(orderIds) => void retry(orderIds)}
        />
      ))}
    </>
  );
}
