"use client";
// Tries again by itself, with a growing pause: nobody is there to press a button.
import { useEffect, useRef, useState } from "react";
import { Backoff } from "@/api/backoff";

/** Milliseconds. */
const PAUSES = { first: 3_000, longest: 60_000, jitter: 0.2 };

/**
 * While `failing`, calls `attempt` after a pause, again and again, and at once when the network is back. Returns when the next
 * attempt is, in milliseconds since 1970. `failing` must turn false while an attempt runs.
 */
export function useRetry(failing: boolean, attempt: () => void): number | undefined {
  const [backoff] = useState(() => new Backoff(PAUSES));
  const [next, setNext] = useState<number>();
  const latest = useRef(attempt);
  useEffect(() => {
    latest.current = attempt;
  }, [attempt]);
  useEffect(() => {
    if (!failing) return;
    const pause = backoff.next();
    const timer = setTimeout(() => latest.current(), pause);
    const now = () => latest.current();
    window.addEventListener("online", now);
    // eslint-disable-next-line react-hooks/set-state-in-effect -- the pause is drawn here, once for each failure
    setNext(Date.now() + pause);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("online", now);
      setNext(undefined);
    };
  }, [failing, backoff]);
  return failing ? next : undefined;
}
