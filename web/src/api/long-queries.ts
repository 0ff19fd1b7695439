"use client";
// Queries that take the server long: all records of a range, and the analytics. Lists are fetched again at each decision; these
// would then keep the server busy with nothing else.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, unwrap } from "./client";
import { useEvents } from "./events";
import { keys } from "./queries";

/** A query may take this share of the time, so that the server keeps room for edges. */
const SHARE_OF_TIME = 0.05;

/** In how many milliseconds to fetch again after a decision; the last fetch ended at `ended`. */
export const refetchIn = (now: number, ended: number, took: number): number =>
  Math.max(0, ended + took / SHARE_OF_TIME - now);

/** Fetches again after decisions: at once if that is quick, otherwise for at most a twentieth of the time. */
export function useLongQuery<T>({
  queryKey,
  queryFn,
  keepPrevious = false,
}: {
  queryKey: readonly unknown[];
  queryFn: (signal: AbortSignal) => Promise<T>;
  /** Show the data of the key before while that of another is loading. */
  keepPrevious?: boolean;
}) {
  const { revision } = useEvents();
  const newest = useRef(revision);
  const last = useRef({ ended: 0, took: 0, knows: -1 });
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const began = performance.now();
      const knows = newest.current;
      try {
        return await queryFn(signal);
      } finally {
        const ended = performance.now();
        last.current = { ended, took: ended - began, knows };
      }
    },
    placeholderData: keepPrevious ? keepPreviousData : undefined,
  });
  const { refetch, isFetching } = query;
  useEffect(() => {
    newest.current = revision;
    const { ended, took, knows } = last.current;
    if (isFetching || revision === knows) return;
    const timer = setTimeout(() => void refetch(), refetchIn(performance.now(), ended, took));
    return () => clearTimeout(timer);
  }, [revision, isFetching, refetch]);
  return query;
}

export const useAnalytics = (filter: { from?: string; to?: string; zone: string; camera?: string }) =>
  useLongQuery({
    queryKey: [...keys.analytics, filter],
    queryFn: (signal) => unwrap(api.GET("/api/v1/analytics", { params: { query: filter }, signal })),
    keepPrevious: true,
  });
