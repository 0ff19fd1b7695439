"use client";
// The colour scheme: light, dark or the system's. Stored in this browser.
import { Moon, Sun, SunMoon } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { texts } from "@/texts";

type Theme = "system" | "light" | "dark";
const KEY = "theme";
const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: SunMoon, light: Sun, dark: Moon };
const listeners = new Set<() => void>();

function read(): Theme {
  const kept = window.localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
}
function write(theme: Theme): void {
  if (theme === "system") window.localStorage.removeItem(KEY);
  else window.localStorage.setItem(KEY, theme);
  for (const listener of listeners) listener();
}
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function useTheme(): Theme {
  const theme = useSyncExternalStore<Theme>(subscribe, read, () => "system");
  useEffect(() => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
  return theme;
}

export function ThemeChoice() {
  const theme = useTheme();
  const Icon = ICONS[theme];
  return (
    <button type="button" className="button plain small" onClick={() => write(NEXT[theme])}>
      <Icon aria-hidden />
      <span className="visually-hidden">{texts.common.theme}: </span>
      <span className="words">{texts.common.themes[theme]}</span>
    </button>
  );
}
