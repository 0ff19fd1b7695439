"use client";
// What a page shows is in its address: tab, filters, range, open dialog. A link or a reload shows the same, Back undoes.
import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

type Change = Record<string, string | undefined>;

/** `search` with some parameters changed; an empty or undefined value removes one. */
export function searchWith(search: string, change: Change): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(change)) {
    if (value) params.set(name, value);
    else params.delete(name);
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}

// In the state of the entry of a dialog that this page has opened: Back closes it without leaving the site.
const OPENED = "opened";

function go(change: Change, how: "push" | "replace", state: Record<string, unknown> = {}): void {
  const address = window.location.pathname + searchWith(window.location.search, change);
  if (how === "push") window.history.pushState(state, "", address);
  else window.history.replaceState(state, "", address);
}

/** The page's parameters, and a function that changes some of them without a new entry in the browser's history. */
export function useAddress(): [ReadonlyURLSearchParams, (change: Change) => void] {
  const params = useSearchParams();
  return [params, change];
}
type ReadonlyURLSearchParams = ReturnType<typeof useSearchParams>;

const change = (changes: Change) => {
  const { [OPENED]: opened } = (window.history.state ?? {}) as Record<string, unknown>;
  go(changes, "replace", opened ? { [OPENED]: opened } : {});
};

/** One of `options`; the first if the address names none of them. Changing it is a step that Back undoes. */
export function useChoice<K extends string>(name: string, options: readonly K[]): [K, (value: K) => void] {
  const params = useSearchParams();
  const named = options.find((option) => option === params.get(name));
  const first = options[0]!;
  const choose = useCallback(
    (value: K) => go({ [name]: value === first ? undefined : value }, "push"),
    [name, first],
  );
  return [named ?? first, choose];
}

/** What dialog is open: a parameter that names its subject. Back closes it. */
export function useOpened(name: string): {
  opened: string | null;
  open: (subject: string) => void;
  close: () => void;
} {
  const opened = useSearchParams().get(name);
  const open = useCallback(
    (subject: string) => {
      // From one dialog to another: Back leads to the page, not to the one before.
      const already = new URLSearchParams(window.location.search).has(name);
      go({ [name]: subject }, already ? "replace" : "push", { [OPENED]: true });
    },
    [name],
  );
  const close = useCallback(() => {
    if (!new URLSearchParams(window.location.search).has(name)) return;
    const state = (window.history.state ?? {}) as Record<string, unknown>;
    if (state[OPENED]) window.history.back();
    else go({ [name]: undefined }, "replace");
  }, [name]);
  return { opened, open, close };
}
