import { Dialog } from "./Dialog";

interface Props {
  title: string;
  text: string;
  /** What is done, and what is done instead. */
  action: string;
  instead: string;
  onConfirm: () => void;
  onClose: () => void;
}

export function Confirm({ title, text, action, instead, onConfirm, onClose }: Props) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="text-soft">{text}</p>
      <div className="flex flex-wrap justify-end gap-2">
        <button type="button" className="button" onClick={onClose}>
          {instead}
        </button>
        <button
          type="button"
          className="button button-bad"
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {action}
        </button>
      </div>
    </Dialog>
  );
}
