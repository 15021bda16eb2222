import { createContext, use, useEffect, useMemo, type ReactNode } from "react";
import { useChoice } from "../parts/choice";
import { en, type Words } from "./en";
import { es } from "./es";
import { makeFormats, type Formats } from "./formats";

export const LANGUAGES: Record<"en" | "es", Words> = { en, es };
export type Language = keyof typeof LANGUAGES;

const isLanguage = (text: string | undefined): text is Language => text === "en" || text === "es";

/** The first of the browser's languages that this page speaks. */
function browserLanguage(): Language {
  return navigator.languages.map((tag) => tag.split("-")[0]).find(isLanguage) ?? "en";
}

/** The operator's own formats where they are of the page's language: `en-GB` rather than `en`. */
const formatsTag = (language: Language) =>
  navigator.languages.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;

interface Spoken {
  language: Language;
  words: Words;
  formats: Formats;
}

const Speech = createContext<Spoken>({ language: "en", words: en, formats: makeFormats("en") });

export function Speaking({ children }: { children: ReactNode }) {
  const [chosen] = useChoice("language");
  const language = isLanguage(chosen) ? chosen : browserLanguage();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const spoken = useMemo(
    () => ({ language, words: LANGUAGES[language], formats: makeFormats(formatsTag(language)) }),
    [language],
  );
  return <Speech value={spoken}>{children}</Speech>;
}

export const useWords = () => use(Speech).words;
export const useFormats = () => use(Speech).formats;
export const useLanguage = () => use(Speech).language;
