"use client";
import { useEffect, useState } from "react";

const PAUSE = 250;

/** `value` once it has not changed for a moment, so that a search waits until the typing stops. An empty text does not wait. */
export function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), value === "" ? 0 : PAUSE);
    return () => clearTimeout(timer);
  }, [value]);
  return value === "" ? "" : settled;
}
