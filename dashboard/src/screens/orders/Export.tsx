import { useEffect, useRef, useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { exportOrders } from "../../api/export";
import type { Filter } from "../../api/filter";
import { Icon } from "../../parts/Icon";
import { say } from "../../parts/notice";
import { ProblemNote } from "../../parts/ProblemNote";
import { saveAs } from "../../parts/saveAs";
import { useFormats, useWords } from "../../words";

/** The orders that the filter finds, all pages of them, as a file. */
export function Export({ filter }: { filter: Filter }) {
  const words = useWords().orders;
  const formats = useFormats();
  const [bytes, setBytes] = useState(0);
  const stopper = useRef<AbortController>(null);
  const download = useMutation({
    mutationFn: (stop: AbortController) => exportOrders(filter, setBytes, stop.signal),
    onSuccess: (file) => {
      saveAs("orders.csv", file);
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
