"use client";
// The models of a page, loaded on first use and shared by everything on the page that enrols.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, type ModelPack, unwrap } from "@/api/client";
import { keys } from "@/api/queries";
import { Edge } from "./edge";
import type { Backend, RuntimeFacts } from "./runtime";

export type EdgeState =
  | { kind: "off" }
  | { kind: "loading"; done: number; of: number }
  | { kind: "none" } // the server has no pack for the browser
  | { kind: "failed"; error: Error }
  | { kind: "ready"; edge: Edge; facts: RuntimeFacts; pack: ModelPack };

/** start() loads the server's default pack, restart() does so again; the worker ends with the component. */
export function useEdge(backend: Backend | "automatic" = "automatic"): {
  state: EdgeState;
  start: () => Promise<Edge | undefined>;
  restart: () => void;
} {
  const queries = useQueryClient();
  const [state, setState] = useState<EdgeState>({ kind: "off" });
  const starting = useRef<Promise<Edge | undefined>>(undefined);
  const running = useRef<Edge>(undefined);

  const load = useCallback(async (): Promise<Edge | undefined> => {
    setState({ kind: "loading", done: 0, of: 1 });
    try {
      const { items } = await queries.fetchQuery({
        queryKey: keys.models,
        queryFn: () => unwrap(api.GET("/api/v1/models")),
        staleTime: 5_000,
      });
      const pack = items.find((item) => item.default) ?? items[0];
      if (!pack) {
        starting.current = undefined;
        setState({ kind: "none" });
        return undefined;
      }
      const { edge, facts } = await Edge.load(pack, backend, ({ done, of }) =>
        setState({ kind: "loading", done, of }),
      );
      running.current = edge;
      setState({ kind: "ready", edge, facts, pack });
      return edge;
    } catch (failure) {
      starting.current = undefined;
      setState({ kind: "failed", error: failure as Error });
      return undefined;
    }
  }, [backend, queries]);

  const start = useCallback(() => (starting.current ??= load()), [load]);

  const restart = useCallback(() => {
    running.current?.close();
    running.current = undefined;
    starting.current = undefined;
    void start();
  }, [start]);

  useEffect(
    () => () => {
      running.current?.close();
      running.current = undefined;
      starting.current = undefined;
    },
    [],
  );
  return { state, start, restart };
}
