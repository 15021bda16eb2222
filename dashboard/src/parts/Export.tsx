import { useEffect, useRef, useState } from "react";
import { useMutation } from "@tanstack/react-query";
import type { Listener } from "../api/export";
import { useFormats, useWords } from "../words";
import { Icon } from "./Icon";
import { say } from "./notice";
import { ProblemNote } from "./ProblemNote";
import { saveAs } from "./saveAs";

interface Props {
  /** Of the file. */
  name: string;
  read: (progress: Listener, signal: AbortSignal) => Promise<Blob>;
}

/** A button for a CSV file, which may be long: it says how much has come, and stops. */
export function Export({ name, read }: Props) {
  const words = useWords().orders;
  const formats = useFormats();
  const [bytes, setBytes] = useState(0);
  const stopper = useRef<AbortController>(null);
  const download = useMutation({
    mutationFn: (stop: AbortController) => read(setBytes, stop.signal),
    onSuccess: (file) => {
      saveAs(name, file);
      say(words.exported(formats.bytes(file.size)));
    },
    gcTime: 0,
  });
  useEffect(() => () => stopper.current?.abort(), []);
  const failed = download.isError && !download.variables.signal.aborted;
  return (
    <>
      <div className="flex items-center gap-3">
        {download.isPending && <span className="text-sm text-soft">{words.exporting(formats.bytes(bytes))}</span>}
        <button
          type="button"
          className="button"
          onClick={() => {
            if (download.isPending) {
              stopper.current?.abort();
              return;
            }
            setBytes(0);
            stopper.current = new AbortController();
            download.mutate(stopper.current);
          }}
        >
          <Icon name={download.isPending ? "close" : "down"} />
          {download.isPending ? words.stop : words.csv}
        </button>
      </div>
      {failed && (
        <div className="w-full">
          <ProblemNote error={download.error} />
        </div>
      )}
    </>
  );
}
