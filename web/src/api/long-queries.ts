"use client";
// Queries that take the server long: days and analytics. They are fetched again once in a while, one at a time, only while
// somebody looks at the page, and are aborted when it is left.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { api, unwrap } from "./client";
import { useEvents } from "./events";
import { keys } from "./queries";

/** A query may take this share of the time, so that the server keeps room for edges. */
const SHARE_OF_TIME = 0.05;
/** Milliseconds between two fetches, however quick they are. */
const LEAST_PAUSE = 5_000;

/** In how many milliseconds to fetch again after a decision; the last fetch ended at `ended`. */
export const refetchIn = (now: number, ended: number, took: number): number =>
  Math.max(0, ended + Math.max(took / SHARE_OF_TIME, LEAST_PAUSE) - now);

let last: Promise<unknown> = Promise.resolve();

/** Calls `fetch` when the fetches before it have ended. Not at all if it is no longer wanted by then. */
export function inTurn<T>(fetch: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  const mine = last.then(() => {
    signal.throwIfAborted();
    return fetch(signal);
  });
  last = mine.catch(() => undefined);
  return mine;
}

const listen = (changed: () => void) => {
  document.addEventListener("visibilitychange", changed);
  return () => document.removeEventListener("visibilitychange", changed);
};

/** Whether somebody can see the page. */
const useVisible = (): boolean =>
  useSyncExternalStore(
    listen,
    () => document.visibilityState === "visible",
    () => true,
  );

/** Fetches the query again after decisions, for at most a twentieth of the time. */
export function useOnceInAWhile({
  refetch,
  isFetching,
}: {
  refetch: () => unknown;
  isFetching: boolean;
}): void {
  const { revision } = useEvents();
  const visible = useVisible();
  const newest = useRef(revision);
  const latest = useRef({ ended: 0, took: 0, knows: -1 });
  useEffect(() => {
    newest.current = revision;
  }, [revision]);
  useEffect(() => {
    if (!isFetching) return;
    const began = performance.now();
    const knows = newest.current;
    return () => {
      const ended = performance.now();
      latest.current = { ended, took: ended - began, knows };
    };
  }, [isFetching]);
  useEffect(() => {
    const { ended, took, knows } = latest.current;
    if (isFetching || !visible || revision === knows) return;
    const timer = setTimeout(() => void refetch(), refetchIn(performance.now(), ended, took));
    return () => clearTimeout(timer);
  }, [revision, isFetching, refetch, visible]);
}

export function useAnalytics(filter: { from?: string; to?: string; zone: string; camera?: string }) {
  const query = useQuery({
    queryKey: [...keys.analytics, filter],
    queryFn: ({ signal }) =>
      inTurn(
        (wanted) => unwrap(api.GET("/api/v1/analytics", { params: { query: filter }, signal: wanted })),
        signal,
      ),
    // Show the figures of the range before while those of another are loading.
    placeholderData: keepPreviousData,
  });
  useOnceInAWhile(query);
  return query;
}
