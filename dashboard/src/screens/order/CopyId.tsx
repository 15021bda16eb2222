import { say } from "../../parts/notice";
import { useWords } from "../../words";

export function CopyId({ orderId }: { orderId: string }) {
  const words = useWords();
  // A page that came without TLS may not write to it.
  if (!("clipboard" in navigator)) return null;
  return (
    <button
      type="button"
      className="button h-7 border-transparent bg-transparent px-2 text-sm text-soft"
      aria-label={words.order.copyId}
      onClick={() => {
        void navigator.clipboard.writeText(orderId).then(() => {
          say(words.common.copied);
        });
      }}
    >
      {words.common.copy}
    </button>
  );
}
