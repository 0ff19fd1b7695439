// The pages' queries to the server, and how long their results stay fresh.
import { type QueryClient, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, type Outcome, unwrap } from "./client";
import { readSession } from "./session";

export const PAGE_SIZE = 50;
/** The server's largest. */
export const LARGEST_PAGE = 500;

export interface AttendanceFilter {
  from?: string;
  to?: string;
  person?: string;
  camera?: string;
}

export const keys = {
  session: ["session"],
  persons: ["persons"],
  attendance: ["attendance"],
  record: ["record"],
  days: ["days"],
  site: ["site"],
  lookAlikes: ["look-alikes"],
  sightings: ["sightings"],
  cameras: ["cameras"],
  analytics: ["analytics"],
  system: ["system"],
  models: ["models"],
  keys: ["keys"],
  sessions: ["sessions"],
} as const;

const FIRST_RETRY = 2_000;
const LONGEST_RETRY = 30_000;
/** Milliseconds before the next attempt, after so many failed ones. */
const growing = (failures: number) => Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** (failures - 1));

/** Milliseconds: the threshold is calibrated again within a second, and the pairs with it. */
const CALIBRATED_AFTER = 2_000;

/** After a change of people or faces. */
export async function refreshPeople(queries: QueryClient): Promise<void> {
  setTimeout(() => void queries.invalidateQueries({ queryKey: keys.lookAlikes }), CALIBRATED_AFTER);
  await Promise.all([keys.persons, keys.days].map((queryKey) => queries.invalidateQueries({ queryKey })));
}

export const useSession = () =>
  useQuery({
    queryKey: keys.session,
    queryFn: readSession,
    staleTime: 60_000,
    // Every page waits for it: one that was opened while the server was away comes to life when the server is back.
    refetchInterval: ({ state }) => (state.status === "error" ? growing(state.errorUpdateCount) : false),
  });

export const usePersons = (query: string) =>
  useInfiniteQuery({
    queryKey: [...keys.persons, query],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/persons", {
          params: { query: { query: query || undefined, limit: PAGE_SIZE, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // Keep the current rows while those for another filter are loading.
    placeholderData: (before) => before,
  });

/** Of the latest calibration, which follows a change of people within a second in all but the largest galleries. */
export const useLookAlikes = () =>
  useQuery({
    queryKey: keys.lookAlikes,
    queryFn: () => unwrap(api.GET("/api/v1/look-alikes")),
    refetchInterval: 60_000,
  });

/** The first few people whose name or code contains `text`. */
export const usePersonsLike = (text: string, most: number) =>
  useQuery({
    queryKey: [...keys.persons, "like", text, most],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/persons", { params: { query: { query: text, limit: most } }, signal })),
    enabled: text !== "",
    placeholderData: (before) => before,
  });

export const useRecord = (id: string | null) =>
  useQuery({
    queryKey: [...keys.record, id],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/attendance/{attendance_id}", { params: { path: { attendance_id: id ?? "" } } }),
      ),
    enabled: id !== null,
  });

export const usePerson = (id: string | null) =>
  useQuery({
    queryKey: [...keys.persons, "one", id],
    queryFn: () => unwrap(api.GET("/api/v1/persons/{id}", { params: { path: { id: id ?? "" } } })),
    enabled: id !== null,
  });

export const attendancePage = (
  filter: AttendanceFilter,
  cursor: string | undefined,
  { limit = PAGE_SIZE, signal }: { limit?: number; signal?: AbortSignal } = {},
) => unwrap(api.GET("/api/v1/attendance", { params: { query: { ...filter, limit, cursor } }, signal }));

export const useAttendance = (filter: AttendanceFilter) =>
  useInfiniteQuery({
    queryKey: [...keys.attendance, filter],
    queryFn: ({ pageParam, signal }) => attendancePage(filter, pageParam, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // Keep the current rows while those for another filter are loading.
    placeholderData: (before) => before,
  });

export const useSightings = (filter: AttendanceFilter, outcome: Outcome | undefined) =>
  useInfiniteQuery({
    queryKey: [...keys.sightings, filter, outcome],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/sightings", {
          signal,
          params: {
            query: {
              from: filter.from,
              to: filter.to,
              camera: filter.camera,
              outcome,
              limit: PAGE_SIZE,
              cursor: pageParam,
            },
          },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // Keep the current rows while those for another filter are loading.
    placeholderData: (before) => before,
  });

export const useCameras = () =>
  useQuery({
    queryKey: keys.cameras,
    queryFn: () => unwrap(api.GET("/api/v1/cameras", { params: { query: { limit: 200 } } })),
    refetchInterval: 10_000,
  });

export const useSystem = () =>
  useQuery({
    queryKey: keys.system,
    queryFn: () => unwrap(api.GET("/api/v1/system")),
    refetchInterval: 10_000,
  });

export const useModels = (enabled = true) =>
  useQuery({
    queryKey: keys.models,
    queryFn: () => unwrap(api.GET("/api/v1/models")),
    staleTime: Infinity,
    enabled,
  });
