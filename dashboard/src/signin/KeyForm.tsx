import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { isPassing } from "../api/errors";
import { useWords } from "../words";
import { signInWithKey } from "./key";

export function KeyForm() {
  const words = useWords();
  const [key, setKey] = useState("");
  const attempt = useMutation({ mutationFn: signInWithKey, gcTime: 0 });
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        attempt.mutate(key.trim());
      }}
    >
      <p className="text-soft">{words.signIn.keyHint}</p>
      <div className="space-y-1">
        <label htmlFor="key" className="label">
          {words.signIn.key}
        </label>
        <input
          id="key"
          type="password"
          autoComplete="off"
          required
          className="field font-mono"
          value={key}
          aria-invalid={attempt.isError}
          aria-describedby="key-problem"
          onChange={(event) => {
            setKey(event.target.value);
          }}
        />
        <p id="key-problem" role="alert" className="text-sm text-bad">
          {attempt.isError && (isPassing(attempt.error) ? words.common.notReached : words.signIn.wrongKey)}
        </p>
      </div>
      <button className="button button-main w-full" disabled={attempt.isPending}>
        {words.signIn.action}
      </button>
    </form>
  );
}
