import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { replayTime } from "../../api/webhooks";
import { Dialog } from "../../parts/Dialog";
import { say } from "../../parts/notice";
import { ProblemNote } from "../../parts/ProblemNote";
import { useWords } from "../../words";

/** Sends the events of a time again. The times are in the operator's zone. */
export function ReplayDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const words = useWords().webhooks;
  const queries = useQueryClient();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => replayTime(id, new Date(from).toISOString(), new Date(to).toISOString()),
    onSuccess: async () => {
      say(words.replayed);
      onClose();
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["webhook", id] }),
        queries.invalidateQueries({ queryKey: ["deliveries", id] }),
      ]);
    },
  });
  const canSend = from !== "" && to !== "" && !isPending;
  return (
    <Dialog title={words.replayTitle} onClose={onClose}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (canSend) mutate();
        }}
      >
        <p className="text-soft">{words.replayText}</p>
        <div className="grid gap-3 sm:grid-cols-2">
          <Time label={words.from} value={from} onChange={setFrom} />
          <Time label={words.to} value={to} onChange={setTo} />
        </div>
        {error && <ProblemNote error={error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button className="button button-main" aria-disabled={!canSend}>
            {words.replayAction}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Time({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div className="min-w-0 space-y-1">
      <label htmlFor={id} className="label">
        {label}
      </label>
      <input
        id={id}
        type="datetime-local"
        className="field"
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
    </div>
  );
}
