import { useState, type ReactNode } from "react";
import { useIsOfInterest } from "../../parts/form/form";

interface Props {
  title: string;
  /** Of the fields in it: it opens by itself when one of them is filled in or wrong. */
  pointers: string[];
  children: ReactNode;
}

/** Fields that most orders do without. */
export function More({ title, pointers, children }: Props) {
  const isOfInterest = useIsOfInterest(pointers);
  const [wasOfInterest, note] = useState(isOfInterest);
  const [isOpen, setOpen] = useState(isOfInterest);
  if (isOfInterest !== wasOfInterest) {
    note(isOfInterest);
    if (isOfInterest) setOpen(true);
  }
  return (
    <details
      open={isOpen}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary className="py-1 font-medium text-accent">{title}</summary>
      {isOpen && <div className="grid grid-cols-2 gap-x-3 gap-y-2 pt-2">{children}</div>}
    </details>
  );
}
