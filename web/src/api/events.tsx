"use client";
// Live decisions, from one WebSocket for the whole page. The lists are updated from them; nothing is fetched again but what was
// missed while the connection was down.
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { Backoff } from "./backoff";
import type { Camera, EventMessage, Schemas } from "./client";
import { showDecision } from "./live-lists";
import { keys } from "./queries";

export type DecisionEvent = Schemas["DecisionEvent"];
export type Connection = "connecting" | "open" | "lost";

export interface Events {
  connection: Connection;
  /** Newest first. */
  decisions: DecisionEvent[];
  /** Changes whenever figures that are computed from decisions may be out of date. */
  revision: number;
  /** How many messages the server dropped because this page was too slow. */
  lost: number;
}

/** The server closes what a session opened when it ends: somebody signed out. */
const SESSION_ENDED = 4001;
const MOST_KEPT = 100;
/** Milliseconds. */
const LONGEST_ANSWER = 30_000;
const isList = ([kind]: readonly unknown[]) => kind === keys.attendance[0] || kind === keys.sightings[0];
const Context = createContext<Events>({ connection: "connecting", decisions: [], revision: 0, lost: 0 });

export const useEvents = () => useContext(Context);

export function socketAddress(path: string): string {
  const address = new URL(path, window.location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}

export function EventsProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  const [decisions, setDecisions] = useState<DecisionEvent[]>([]);
  const [revision, setRevision] = useState(0);
  const [lost, setLost] = useState(0);

  useEffect(() => {
    let socket: WebSocket | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stale: ReturnType<typeof setTimeout> | undefined;
    const backoff = new Backoff({ first: 500, longest: 15_000, jitter: 0.2 });
    let over = false;
    let wasOpen = false;

    const changed = () => {
      stale ??= setTimeout(() => {
        stale = undefined;
        setRevision((before) => before + 1);
      }, 400);
    };
    // An answer that was on its way when a decision was made does not have it.
    const recent: { at: number; message: DecisionEvent }[] = [];
    const forget = queries.getQueryCache().subscribe((event) => {
      if (event.type !== "updated" || event.action.type !== "success" || event.action.manual) return;
      if (!isList(event.query.queryKey)) return;
      while (recent.length > 0 && performance.now() - recent[0]!.at > LONGEST_ANSWER) recent.shift();
      for (const { message } of recent) showDecision(queries, message);
    });
    // Decisions were missed.
    const refresh = () => {
      changed();
      for (const key of [keys.attendance, keys.sightings]) void queries.invalidateQueries({ queryKey: key });
    };
    const onCamera = (camera: Camera) =>
      queries.setQueryData<Schemas["CameraPage"]>(keys.cameras, (page) => {
        if (!page) return page;
        const known = page.items.some(({ id }) => id === camera.id);
        const items = known
          ? page.items.map((item) => (item.id === camera.id ? camera : item))
          : [...page.items, camera];
        return { ...page, items };
      });
    const receive = (message: EventMessage) => {
      switch (message.type) {
        case "decision":
          setDecisions((before) => [message, ...before].slice(0, MOST_KEPT));
          showDecision(queries, message);
          recent.push({ at: performance.now(), message });
          changed();
          break;
        case "camera":
          onCamera(message.camera);
          break;
        case "lost":
          setLost((before) => before + message.count);
          refresh();
          break;
      }
    };
    const connect = () => {
      socket = new WebSocket(socketAddress("/api/v1/events"));
      socket.onopen = () => {
        backoff.reset();
        setConnection("open");
        // Fetch what was decided while there was no connection, and after an interruption what was changed: the session
        // may have been ended, people may have been added elsewhere.
        refresh();
        void queries.invalidateQueries({ queryKey: keys.cameras });
        // What failed while the server was away.
        void queries.refetchQueries({ type: "active", predicate: ({ state }) => state.status === "error" });
        if (wasOpen)
          for (const key of [keys.session, keys.persons]) void queries.invalidateQueries({ queryKey: key });
        wasOpen = true;
      };
      socket.onmessage = ({ data }) => receive(JSON.parse(String(data)) as EventMessage);
      socket.onclose = ({ code }) => {
        if (over) return;
        // The page then asks to sign in.
        if (code === SESSION_ENDED) void queries.invalidateQueries({ queryKey: keys.session });
        setConnection("lost");
        timer = setTimeout(connect, backoff.next());
      };
    };
    connect();
    return () => {
      over = true;
      forget();
      clearTimeout(timer);
      clearTimeout(stale);
      socket?.close();
    };
  }, [queries]);

  const value = useMemo(
    () => ({ connection, decisions, revision, lost }),
    [connection, decisions, revision, lost],
  );
  return <Context value={value}>{children}</Context>;
}
