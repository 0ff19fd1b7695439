// Client of the server's API, with types generated from its OpenAPI document.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Person = Schemas["Person"];
export type Face = Schemas["Face"];
export type NewFace = Schemas["NewFace"];
export type AttendanceRecord = Schemas["AttendanceRecord"];
export type SightingRecord = Schemas["SightingRecord"];
export type Camera = Schemas["Camera"];
export type Decision = Schemas["Decision"];
export type Outcome = Decision["outcome"];
export type Analytics = Schemas["Analytics"];
export type SystemFacts = Schemas["System"];
export type ModelPack = Schemas["ModelPack"];
export type EventMessage = Schemas["EventMessage"];

export const api = createClient<paths>({ credentials: "same-origin" });

/** An error response of the server, with its message. Status 0 if the server could not be reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = "ApiError";
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Returns the response body. Throws ApiError unless the request succeeded. */
export async function unwrap<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (failure) {
    throw new ApiError(0, "unreachable", failure instanceof Error ? failure.message : String(failure));
  }
  if (answer.response.ok) return answer.data as T;
  throw errorOf(answer.response.status, answer.error);
}

/** The server's error, or just the status if something else, such as a proxy, answered. */
export function errorOf(status: number, body: unknown): ApiError {
  const error = (body as { error?: { code?: unknown; message?: unknown; details?: unknown } } | undefined)
    ?.error;
  if (typeof error?.code === "string" && typeof error.message === "string")
    return new ApiError(status, error.code, error.message, (error.details ?? {}) as Record<string, unknown>);
  return new ApiError(status, `http_${status}`, "");
}

/** Fetches every page of a list. It stops early, and throws TooMany, once there are more than `most` items. */
export async function all<T>(
  page: (cursor: string | undefined) => Promise<{ items: T[]; next_cursor: string | null }>,
  { most = Infinity, progress }: { most?: number; progress?: (count: number) => void } = {},
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const next = await page(cursor);
    for (const item of next.items) items.push(item);
    if (items.length > most) throw new TooMany(most);
    progress?.(items.length);
    cursor = next.next_cursor ?? undefined;
  } while (cursor);
  return items;
}

/** A list is longer than its user can take. */
export class TooMany extends Error {
  constructor(readonly most: number) {
    super(`more than ${most} items`);
    this.name = "TooMany";
  }
}
