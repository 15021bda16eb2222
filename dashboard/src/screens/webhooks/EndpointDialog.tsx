import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Refused } from "../../api/errors";
import type { EventType, Webhook, WebhookWithSecret } from "../../api/types";
import { addWebhook, changeWebhook } from "../../api/webhooks";
import { Dialog } from "../../parts/Dialog";
import { FormContext } from "../../parts/form/form";
import { TextField } from "../../parts/form/TextField";
import { say } from "../../parts/notice";
import { ProblemNote } from "../../parts/ProblemNote";
import { follow } from "../../location";
import { useWords } from "../../words";
import { SecretDialog } from "./SecretDialog";
import { TypeFields } from "./TypeFields";

interface Props {
  /** The endpoint that is edited; a new one is added without it. */
  webhook?: Webhook;
  onClose: () => void;
}

/** Adds an endpoint and shows its secret once, or edits one. */
export function EndpointDialog({ webhook, onClose }: Props) {
  const words = useWords().webhooks;
  const [added, setAdded] = useState<WebhookWithSecret | null>(null);
  if (added) {
    return (
      <SecretDialog
        secret={added.secret}
        onClose={() => {
          onClose();
          follow(`/webhooks/${encodeURIComponent(added.id)}`);
        }}
      />
    );
  }
  return (
    <Dialog title={webhook ? words.editTitle : words.addTitle} onClose={onClose} wide>
      <EndpointForm webhook={webhook} onAdded={setAdded} onClose={onClose} />
    </Dialog>
  );
}

interface FormProps {
  webhook: Webhook | undefined;
  onAdded: (webhook: WebhookWithSecret) => void;
  onClose: () => void;
}

function EndpointForm({ webhook, onAdded, onClose }: FormProps) {
  const words = useWords().webhooks;
  const queries = useQueryClient();
  const [draft, setDraft] = useState({ url: webhook?.url ?? "", description: webhook?.description ?? "" });
  const [types, setTypes] = useState<EventType[]>(webhook?.types ?? []);
  const form = useRef<HTMLFormElement>(null);
  const saving = useMutation({
    mutationFn: async () => {
      const body = { url: draft.url.trim(), description: draft.description.trim(), types };
      if (!webhook) return addWebhook(body);
      await changeWebhook(webhook.id, body);
      return null;
    },
    onSuccess: async (added) => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["webhooks"] }),
        queries.invalidateQueries({ queryKey: ["webhook", webhook?.id] }),
      ]);
      if (added) {
        onAdded(added);
        return;
      }
      say(words.saved);
      onClose();
    },
  });
  const wrong = saving.error instanceof Refused ? (saving.error.problem.errors ?? []) : [];
  useEffect(() => {
    if (saving.error) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [saving.error]);
  const canSave = draft.url !== "" && !saving.isPending;
  return (
    <form
      ref={form}
      className="space-y-5"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (canSave) saving.mutate();
      }}
    >
      <FormContext
        value={{
          draft,
          wrong,
          change: (to) => {
            setDraft(to as typeof draft);
            saving.reset();
          },
        }}
      >
        <div className="space-y-3">
          <TextField pointer="#/url" label={words.url} hint={words.urlHint} />
          <TextField pointer="#/description" label={words.description} hint={words.descriptionHint} />
        </div>
      </FormContext>
      <TypeFields types={types} onChange={setTypes} />
      {saving.error && <ProblemNote error={saving.error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <button type="button" className="button" onClick={onClose}>
          {words.cancel}
        </button>
        <button className="button button-main" aria-disabled={!canSave}>
          {saving.isPending ? words.saving : webhook ? words.save : words.add}
        </button>
      </div>
    </form>
  );
}
