import { useId, useLayoutEffect, useRef, type ReactNode } from "react";
import { useWords } from "../words";
import { Icon } from "./Icon";

interface Props {
  title: string;
  onClose: () => void;
  /** With room for a form. */
  wide?: boolean;
  children: ReactNode;
}

/** Mounted, it is open. The browser keeps the focus in it and gives it back; Escape closes it. */
export function Dialog({ title, onClose, wide = false, children }: Props) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const words = useWords().common;
  // A layout effect, for it is undone while the dialog is still in the page: only then is the focus given back.
  useLayoutEffect(() => {
    const shown = dialog.current;
    if (!shown?.open) shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      className={`panel w-full p-0 text-ink shadow-2xl max-sm:max-w-[calc(100vw-2rem)] ${wide ? "max-w-2xl" : "max-w-md"}`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="space-y-4 p-5">
        <div className="flex items-start justify-between gap-4">
          <h2 id={id} className="text-lg font-semibold">
            {title}
          </h2>
          <button type="button" className="button -mt-1 -mr-1 size-8 border-transparent p-0" onClick={onClose} aria-label={words.close}>
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
