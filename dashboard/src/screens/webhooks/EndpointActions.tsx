import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Webhook } from "../../api/types";
import { changeWebhook, removeWebhook, rotateWebhook } from "../../api/webhooks";
import { follow } from "../../location";
import { catchFocus } from "../../parts/arrival";
import { Confirm } from "../../parts/Confirm";
import { say } from "../../parts/notice";
import { ProblemNote } from "../../parts/ProblemNote";
import { useWords } from "../../words";
import { EnableDialog } from "./EnableDialog";
import { EndpointDialog } from "./EndpointDialog";
import { SecretDialog } from "./SecretDialog";
import { useTest } from "./testing";

type Asked = "edit" | "enable" | "disable" | "rotate" | "remove";

interface Acted {
  what: () => Promise<unknown>;
  /** What is said once it is done. */
  done: string;
}

/** What an operator can do to an endpoint in its state. */
export function EndpointActions({ webhook }: { webhook: Webhook }) {
  const words = useWords().webhooks;
  const queries = useQueryClient();
  const [asking, setAsking] = useState<Asked | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const { id } = webhook;
  const test = useTest(id);
  const refresh = () =>
    Promise.all(["webhooks", "webhook", "summary"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  const acting = useMutation({
    mutationFn: ({ what }: Acted) => what(),
    onMutate: () => {
      say("");
    },
    // Here, and not where it is begun: an endpoint that is removed takes this part of the screen away.
    onSuccess: (_, { done }) => {
      say(done);
    },
    onSettled: async () => {
      await refresh();
      // The button may be gone.
      setTimeout(catchFocus);
    },
  });
  const act = (what: () => Promise<unknown>, done: string) => {
    if (!acting.isPending) acting.mutate({ what, done });
  };
  const close = () => {
    setAsking(null);
  };
  const button = (asked: Asked, word: string, look = "") => (
    <button
      type="button"
      className={`button ${look}`}
      aria-disabled={acting.isPending}
      onClick={() => {
        setAsking(asked);
      }}
    >
      {word}
    </button>
  );
  const error = acting.error ?? test.error;
  const isEnabled = webhook.status === "ENABLED";
  return (
    <div className="max-w-full space-y-3 max-sm:w-full">
      <div className="flex flex-wrap gap-2 max-sm:*:grow sm:justify-end">
        {button("remove", words.remove, "button-bad")}
        {isEnabled && button("disable", words.disable)}
        {button("rotate", words.rotate)}
        {button("edit", words.edit)}
        {isEnabled ? (
          <button type="button" className="button button-main" aria-disabled={test.isPending} onClick={test.send}>
            {test.isPending ? words.testing : words.test}
          </button>
        ) : (
          button("enable", words.enable, "button-main")
        )}
      </div>
      {error && <ProblemNote error={error} />}
      {asking === "edit" && <EndpointDialog webhook={webhook} onClose={close} />}
      {asking === "enable" && (
        <EnableDialog
          onEnable={(skipMissed) => {
            act(() => changeWebhook(id, { status: "ENABLED", ...(skipMissed && { skipMissed }) }), words.enabled);
          }}
          onClose={close}
        />
      )}
      {asking === "disable" && (
        <Confirm
          title={words.disableTitle}
          text={words.disableText}
          action={words.disable}
          instead={words.disableKeep}
          onConfirm={() => {
            act(() => changeWebhook(id, { status: "DISABLED" }), words.disabled);
          }}
          onClose={close}
        />
      )}
      {asking === "rotate" && (
        <Confirm
          title={words.rotateTitle}
          text={words.rotateText}
          action={words.rotate}
          instead={words.rotateKeep}
          onConfirm={() => {
            act(async () => {
              setSecret((await rotateWebhook(id)).secret);
            }, "");
          }}
          onClose={close}
        />
      )}
      {asking === "remove" && (
        <Confirm
          title={words.removeTitle}
          text={words.removeText}
          action={words.remove}
          instead={words.removeKeep}
          onConfirm={() => {
            act(async () => {
              await removeWebhook(id);
              follow("/webhooks");
            }, words.removed);
          }}
          onClose={close}
        />
      )}
      {secret !== null && (
        <SecretDialog
          secret={secret}
          rotated
          onClose={() => {
            setSecret(null);
          }}
        />
      )}
    </div>
  );
}
