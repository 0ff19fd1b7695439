// Keys, pairings and sessions, for administrators.
import { type QueryClient, useQuery } from "@tanstack/react-query";
import { all, api, type Schemas, unwrap } from "./client";
import { keys, LARGEST_PAGE } from "./queries";
import type { paths } from "./schema";

type Answer<P extends keyof paths, V extends "get" | "post", C extends number> = paths[P] extends {
  [verb in V]: { responses: { [code in C]: { content: { "application/json": infer A } } } };
}
  ? A
  : never;

export type AccessKey = Answer<"/api/v1/keys", "get", 200>["items"][number];
/** With the key itself, which is in no other answer. */
export type MadeKey = Answer<"/api/v1/keys", "post", 201>;
export type SignedIn = Answer<"/api/v1/sessions", "get", 200>["items"][number];
export type Role = AccessKey["role"];
export type DeviceKind = "kiosk" | "edge";
export type Session = Schemas["Session"];

export const ROLES: readonly Role[] = ["administrator", "operator", "viewer", "device"];

export const mayAdminister = (session: Session | undefined): boolean =>
  session?.rights.includes("administer") ?? false;

/** Its pages are the kiosk's alone: it recognises as its cameras and reads nothing. */
export const isDevice = (session: Session | undefined): boolean => session?.role === "device";

const page = (cursor: string | undefined) => ({ params: { query: { limit: LARGEST_PAGE, cursor } } });

export const useKeys = (enabled: boolean) =>
  useQuery({
    queryKey: keys.keys,
    queryFn: () => all((cursor) => unwrap(api.GET("/api/v1/keys", page(cursor)))),
    enabled,
    refetchInterval: 30_000,
  });

export const useSessions = (enabled: boolean) =>
  useQuery({
    queryKey: keys.sessions,
    queryFn: () => all((cursor) => unwrap(api.GET("/api/v1/sessions", page(cursor)))),
    enabled,
    refetchInterval: 30_000,
  });

/** Revoking a key ends its sessions. */
export async function refreshAccess(queries: QueryClient): Promise<void> {
  await Promise.all([keys.keys, keys.sessions].map((queryKey) => queries.invalidateQueries({ queryKey })));
}
