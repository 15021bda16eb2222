import { Dialog } from "../../parts/Dialog";
import { say } from "../../parts/notice";
import { useWords } from "../../words";

interface Props {
  secret: string;
  /** Whether it replaces one that still signs for a while. */
  rotated?: boolean;
  onClose: () => void;
}

/** Shows a secret, this once. */
export function SecretDialog({ secret, rotated = false, onClose }: Props) {
  const { webhooks: words, common } = useWords();
  return (
    <Dialog title={words.secretTitle} onClose={onClose}>
      <p className="text-soft">{words.secretText}</p>
      {rotated && <p className="text-soft">{words.secretRotated}</p>}
      <p className="any-text rounded-lg bg-sunken px-3 py-2 font-mono text-sm" aria-label={words.secret} role="group">
        {secret}
      </p>
      <div className="flex flex-wrap justify-end gap-2">
        {/* A page that came without TLS may not write to it. */}
        {"clipboard" in navigator && (
          <button
            type="button"
            className="button"
            onClick={() => {
              void navigator.clipboard.writeText(secret).then(() => {
                say(common.copied);
              });
            }}
          >
            {common.copy}
          </button>
        )}
        <button type="button" className="button button-main" onClick={onClose}>
          {words.done}
        </button>
      </div>
    </Dialog>
  );
}
