interface Props {
  id?: string;
  /** In the server's words. */
  wrong: string;
  hint?: string;
}

/** What is wrong with a field or a part; what to enter, where nothing is. */
export function FieldNote({ id, wrong, hint = "" }: Props) {
  return (
    <p id={id} className={`any-text text-sm ${wrong ? "text-bad" : "text-soft"}`} lang={wrong ? "en" : undefined}>
      {wrong || hint}
    </p>
  );
}
