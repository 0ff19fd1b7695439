// Who is signed in, and signing out, which must not be forgotten because the server was away.
import { api, ApiError, unwrap } from "./client";

const KEY = "sign-out";

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Somebody signed out while the server could not be reached: this browser still has the session. */
export const isSignOutDue = (store: Store = window.localStorage): boolean => store.getItem(KEY) !== null;

const end = () => unwrap(api.DELETE("/api/v1/session"));
const read = () => unwrap(api.GET("/api/v1/session"));

/**
 * Ends this browser's session. If the server cannot be reached, nothing is shown any more, and the session is ended before
 * anything else as soon as it can. Throws what else the server answers.
 */
export async function signOut(
  request: () => Promise<unknown> = end,
  store: Store = window.localStorage,
): Promise<"ended" | "due"> {
  store.setItem(KEY, new Date().toISOString());
  try {
    await request();
  } catch (failure) {
    if (failure instanceof ApiError && (failure.status === 0 || failure.status >= 500)) return "due";
    store.removeItem(KEY);
    // It had ended already.
    if (failure instanceof ApiError && failure.status === 401) return "ended";
    throw failure;
  }
  store.removeItem(KEY);
  return "ended";
}

/** Ends the session first if that is due. Throws ApiError while the server cannot be reached. */
export async function readSession(): ReturnType<typeof read> {
  if (isSignOutDue() && (await signOut()) === "due") throw new ApiError(0, "unreachable", "");
  return read();
}
