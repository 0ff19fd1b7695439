"use client";
// One line for each person and day, computed by the server, a page at a time.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "./client";
import { inTurn, useOnceInAWhile } from "./long-queries";
import { keys, LARGEST_PAGE } from "./queries";

export type Day = Schemas["Day"];
export type Seen = "all" | "yes" | "no";

export interface DaysFilter {
  /** The site's dates, both included. */
  from: string;
  to: string;
  /** Id or code. */
  person?: string;
  seen?: Seen;
}

export interface Site {
  zone: string;
  dayStartsAt: string;
}

const page = (query: DaysFilter & { cursor?: string; limit: number }, signal: AbortSignal) =>
  unwrap(api.GET("/api/v1/days", { params: { query }, signal }));

/** Whose days these are. */
export const useSite = () =>
  useQuery({
    queryKey: keys.site,
    queryFn: async ({ signal }): Promise<Site> => {
      const { zone, day_starts_at: dayStartsAt } = await unwrap(
        api.GET("/api/v1/days", { params: { query: { limit: 1 } }, signal }),
      );
      return { zone, dayStartsAt };
    },
    staleTime: Infinity,
  });

/** Pages of the range, in the order of the people's codes. Fetched again once in a while, as far as they are loaded. */
export function useDays(filter: DaysFilter, enabled: boolean) {
  const query = useInfiniteQuery({
    queryKey: [...keys.days, filter],
    queryFn: ({ pageParam, signal }) =>
      inTurn((wanted) => page({ ...filter, cursor: pageParam, limit: LARGEST_PAGE }, wanted), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: (before) => before,
    enabled,
  });
  useOnceInAWhile(query);
  return query;
}
