// The rules of delivery that the C++ edge shares: tests/traces/README.md says what the file means.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Answer, deliver, type Fate, type Post } from "./delivery";

const trace = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, "../../../tests/traces/uplink.json"), "utf8"),
) as {
  bodies: Record<string, string>;
  one_event: { status: number; body: string; fate: Fate["kind"] }[];
  event_of_a_batch: { status: number; body?: string; fate: Fate["kind"] }[];
  whole_batch: { status: number; body: string; singly: boolean }[];
};

function bodyOf(name: string): unknown {
  try {
    return JSON.parse(trace.bodies[name]!);
  } catch {
    return undefined;
  }
}

/** Answers from a list, and keeps what was sent. */
function server(answers: Answer[]): { post: Post; asked: { path: string; body: unknown }[] } {
  const asked: { path: string; body: unknown }[] = [];
  const post: Post = (path, body) => {
    asked.push({ path, body });
    const answer = answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new Error("gone"));
  };
  return { post, asked };
}

describe("uplink.json", () => {
  it.each(trace.one_event)("one event, $status with $body: $fate", async ({ status, body, fate }) => {
    const { post, asked } = server([{ status, body: bodyOf(body) }]);
    const fates = await deliver([{ camera_id: "door" }], post);
    expect(fates.map(({ kind }) => kind)).toEqual([fate]);
    expect(asked[0]).toMatchObject({ path: "/api/v1/recognitions", body: { camera_id: "door" } });
    expect(asked[0]!.body).toHaveProperty("sent_at");
  });

  it.each(trace.event_of_a_batch)(
    "an event of a batch, $status $body: $fate",
    async ({ status, body = "error", fate }) => {
      const error = bodyOf(body) as { error: unknown };
      const results = [bodyOf("decision"), { ...error, status }, bodyOf("decision")];
      const { post, asked } = server([{ status: 200, body: { results } }]);
      const fates = await deliver([{}, {}, {}], post);
      expect(fates.map(({ kind }) => kind)).toEqual(["delivered", fate, "delivered"]);
      expect(asked).toHaveLength(1);
    },
  );

  it.each(trace.whole_batch)(
    "a batch, $status with $body, singly: $singly",
    async ({ status, body, singly }) => {
      const decision = { status: 200, body: bodyOf("decision") };
      const { post, asked } = server([{ status, body: bodyOf(body) }, decision, decision]);
      const fates = await deliver([{}, {}], post);
      expect(fates.map(({ kind }) => kind)).toEqual(singly ? ["delivered", "delivered"] : ["later", "later"]);
      expect(asked).toHaveLength(singly ? 3 : 1);
    },
  );
});

it("an event that waits for a clock does not hold up the others", async () => {
  const decision = { status: 200, body: bodyOf("decision") };
  const { post, asked } = server([
    { status: 413, body: undefined },
    { status: 400, body: bodyOf("clock") },
    decision,
    decision,
  ]);
  const fates = await deliver([{}, {}, {}], post);
  expect(fates.map(({ kind }) => kind)).toEqual(["later", "delivered", "delivered"]);
  expect(asked).toHaveLength(4);
});

it("a server that goes away in between has answered for what it answered", async () => {
  const { post } = server([
    { status: 413, body: undefined },
    { status: 200, body: bodyOf("decision") },
  ]);
  const fates = await deliver([{}, {}, {}], post);
  expect(fates.map(({ kind }) => kind)).toEqual(["delivered", "later", "later"]);
});
