import type { ReactNode } from "react";

export function Fact({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={`min-w-0 ${wide ? "col-span-full" : ""}`}>
      <dt className="text-sm text-soft">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A text of the shop, in any script, with its line breaks; nothing if there is none. */
export function TextFact({ name, text, wide = false }: { name: string; text: string | null | undefined; wide?: boolean }) {
  if (!text) return null;
  return (
    <Fact name={name} wide={wide}>
      <span dir="auto" className="any-text block text-left whitespace-pre-line">
        {text}
      </span>
    </Fact>
  );
}
