import { useState } from "react";
import { Dialog } from "../../parts/Dialog";
import { useWords } from "../../words";

interface Props {
  onEnable: (skipMissed: boolean) => void;
  onClose: () => void;
}

/** Enables an endpoint again, with or without the events that it missed. */
export function EnableDialog({ onEnable, onClose }: Props) {
  const words = useWords().webhooks;
  const [skips, skip] = useState(false);
  return (
    <Dialog title={words.enableTitle} onClose={onClose}>
      <p className="text-soft">{words.enableText}</p>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          className="size-4 shrink-0 accent-accent"
          checked={skips}
          onChange={(event) => {
            skip(event.target.checked);
          }}
        />
        {words.skipMissed}
      </label>
      <div className="flex flex-wrap justify-end gap-2">
        <button type="button" className="button" onClick={onClose}>
          {words.cancel}
        </button>
        <button
          type="button"
          className="button button-main"
          onClick={() => {
            onClose();
            onEnable(skips);
          }}
        >
          {words.enable}
        </button>
      </div>
    </Dialog>
  );
}
