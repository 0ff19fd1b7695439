// The pages' queries to the server, and how long their results stay fresh.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, type Outcome, unwrap } from "./client";

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
  ranges: ["ranges"],
  sightings: ["sightings"],
  cameras: ["cameras"],
  analytics: ["analytics"],
  system: ["system"],
  models: ["models"],
} as const;

export const useSession = () =>
  useQuery({ queryKey: keys.session, queryFn: () => unwrap(api.GET("/api/v1/session")), staleTime: 60_000 });

export const usePersons = (query: string) =>
  useInfiniteQuery({
    queryKey: [...keys.persons, query],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/v1/persons", {
          params: { query: { query: query || undefined, limit: PAGE_SIZE, cursor: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // Keep the current rows while those for another filter are loading.
    placeholderData: (before) => before,
  });

export const usePerson = (id: string | null) =>
  useQuery({
    queryKey: [...keys.persons, "one", id],
    queryFn: () => unwrap(api.GET("/api/v1/persons/{id}", { params: { path: { id: id ?? "" } } })),
    enabled: id !== null,
  });

export const attendancePage = (filter: AttendanceFilter, cursor: string | undefined, limit = PAGE_SIZE) =>
  unwrap(api.GET("/api/v1/attendance", { params: { query: { ...filter, limit, cursor } } }));

export const useAttendance = (filter: AttendanceFilter) =>
  useInfiniteQuery({
    queryKey: [...keys.attendance, filter],
    queryFn: ({ pageParam }) => attendancePage(filter, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // Keep the current rows while those for another filter are loading.
    placeholderData: (before) => before,
  });

export const useSightings = (filter: AttendanceFilter, outcome: Outcome | undefined) =>
  useInfiniteQuery({
    queryKey: [...keys.sightings, filter, outcome],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/v1/sightings", {
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
