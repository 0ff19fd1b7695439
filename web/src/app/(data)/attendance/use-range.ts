"use client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { all } from "@/api/client";
import { useEvents } from "@/api/events";
import { attendancePage, keys, LARGEST_PAGE, useAnalytics } from "@/api/queries";
import { texts } from "@/texts";
import { zone } from "@/ui/format";

/** All records of a range take many requests. They may take this share of the time, so that the server keeps room for edges. */
const SHARE_OF_TIME = 0.05;

/** When to fetch all records again after a decision, in milliseconds from `now`; the last fetch ended at `ended`. */
export const refetchIn = (now: number, ended: number, took: number): number =>
  Math.max(0, ended + took / SHARE_OF_TIME - now);

/** All records of a range, however many there are, and how much of it the cameras watched. */
export function useRange(from: Date, to: Date, camera: string) {
  const filter = { from: from.toISOString(), to: to.toISOString(), camera: camera || undefined };
  const [count, setCount] = useState(0);
  const { revision } = useEvents();
  const newest = useRef(revision);
  const last = useRef({ ended: 0, took: 0, knows: revision });
  const records = useQuery({
    // Not among the lists, which are fetched again at each decision.
    queryKey: [...keys.ranges, filter],
    queryFn: async ({ signal }) => {
      setCount(0);
      const began = performance.now();
      const knows = newest.current;
      try {
        return await all(
          (cursor) => {
            signal.throwIfAborted();
            return attendancePage(filter, cursor, LARGEST_PAGE);
          },
          { progress: setCount },
        );
      } finally {
        const ended = performance.now();
        last.current = { ended, took: ended - began, knows };
      }
    },
  });
  const { refetch, isFetching } = records;
  useEffect(() => {
    newest.current = revision;
    const { ended, took, knows } = last.current;
    if (isFetching || revision === knows) return;
    const timer = setTimeout(() => void refetch(), refetchIn(performance.now(), ended, took));
    return () => clearTimeout(timer);
  }, [revision, isFetching, refetch]);
  const analytics = useAnalytics({ ...filter, zone: zone() });
  const loading = count > 0 ? texts.attendance.loadingRecords(count) : undefined;
  return { records, loading, analytics };
}
