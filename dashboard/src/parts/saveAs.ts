/** Some browsers only begin to read it after the click. */
const LASTS_MS = 60_000;

/** Put a file among the operator's downloads. */
export function saveAs(name: string, file: Blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, LASTS_MS);
}
