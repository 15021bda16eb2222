/** Letters and digits by chance, of so many times 32 bits. `randomUUID` is missing in a page that came without TLS. */
export const someLetters = (words: number) =>
  [...crypto.getRandomValues(new Uint32Array(words))].map((word) => word.toString(36).padStart(7, "0")).join("");
