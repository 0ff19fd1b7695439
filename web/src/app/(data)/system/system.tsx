"use client";
import { useQuery } from "@tanstack/react-query";
import { BookOpen, Gauge } from "lucide-react";
import type { ReactNode } from "react";
import type { Camera, ModelPack, Schemas, SystemFacts } from "@/api/client";
import { useCameras, useModels, useSystem } from "@/api/queries";
import { texts } from "@/texts";
import { ago, bytes, dateTime, dateTimeShort, duration, score } from "@/ui/format";
import { useNow } from "@/ui/now";
import { Asked, Badge, Card, Empty, Notice, PageHead } from "@/ui/parts";

function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Works({ ok, error }: { ok: boolean; error: string | null }) {
  return (
    <>
      <Badge tone={ok ? "good" : "bad"} dot>
        {ok ? texts.system.ok : texts.system.failing}
      </Badge>
      {error && <Notice tone="bad">{error}</Notice>}
    </>
  );
}

/** /readyz asks everything that an answer needs; its 503 has the same body as its 200. */
const useReadiness = () =>
  useQuery({
    queryKey: ["readyz"],
    // The body is read to its end: a browser keeps the connection of an answer that nobody reads.
    queryFn: async () => (await (await fetch("/readyz")).json()) as Schemas["Readiness"],
    refetchInterval: 10_000,
  });

function Ready({ readiness, failed }: { readiness: Schemas["Readiness"] | undefined; failed: boolean }) {
  const words = texts.system;
  if (!readiness && !failed) return <>{texts.common.loading}</>;
  const ready = !failed && readiness?.status === "ready";
  return (
    <>
      <Badge tone={ready ? "good" : "bad"} dot>
        {ready ? words.ready : words.notReady}
      </Badge>
      {readiness?.gallery.loaded === false && <Notice tone="warn">{words.galleryLoading}</Notice>}
    </>
  );
}

function Server({ facts }: { facts: SystemFacts }) {
  const words = texts.system;
  const readiness = useReadiness();
  return (
    <div className="charts">
      <Card title={words.health}>
        <div className="body">
          <Facts
            facts={[
              [
                words.state,
                <Ready key="ready" readiness={readiness.data} failed={readiness.error !== null} />,
              ],
              [words.version, facts.version],
              [words.started, dateTime(facts.started_at)],
              [
                words.live,
                words.liveFacts(facts.live.publishers, facts.live.viewers, facts.live.event_viewers) +
                  (facts.live.shared ? ` (${words.shared})` : ""),
              ],
            ]}
          />
        </div>
      </Card>
      <Card title={words.rules}>
        <div className="body">
          <Facts
            facts={[
              [
                words.store,
                <>
                  {facts.store.backend} <Works ok={facts.store.ok} error={facts.store.error} />
                </>,
              ],
              [
                words.gallery,
                `${facts.gallery.kind}: ${words.galleryFacts(facts.gallery.people, facts.gallery.templates)}`,
              ],
              [words.memory, bytes(facts.gallery.bytes)],
              [
                words.cooldown,
                <>
                  {facts.cooldown.backend} <Works ok={facts.cooldown.ok} error={facts.cooldown.error} />
                </>,
              ],
              [words.cooldownWindow, duration(facts.cooldown_seconds)],
              [words.ambiguity, score(facts.ambiguity_margin, "")],
              [words.liveness, score(facts.liveness_threshold, "")],
            ]}
          />
        </div>
      </Card>
    </div>
  );
}

function Models({ facts, packs }: { facts: SystemFacts; packs: ModelPack[] | undefined }) {
  const words = texts.system;
  const columns = words.modelColumns;
  return (
    <Card title={words.models}>
      {facts.models.length === 0 ? (
        <Empty title={words.noModels} />
      ) : (
        <div className="table-scroll">
          <table className="stack">
            <thead>
              <tr>
                <th scope="col">{columns.model}</th>
                <th scope="col">{columns.pack}</th>
                <th scope="col" className="number">
                  {columns.threshold}
                </th>
                <th scope="col">{columns.browser}</th>
                <th scope="col">{columns.licence}</th>
              </tr>
            </thead>
            <tbody>
              {facts.models.map(({ id, pack, threshold }) => {
                const here = packs?.find(({ name }) => name === pack);
                return (
                  <tr key={id}>
                    <th scope="row">{id}</th>
                    <td data-label={columns.pack}>{pack}</td>
                    <td className="number" data-label={columns.threshold}>
                      {score(threshold, "")}
                    </td>
                    <td data-label={columns.browser}>
                      {packs && (
                        <Badge tone={here ? "good" : "quiet"}>
                          {here ? words.inBrowser : words.notInBrowser}
                        </Badge>
                      )}
                    </td>
                    <td data-label={columns.licence}>
                      {here ? `${here.licence.spdx}. ${here.licence.note}` : "–"}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function EdgeRow({ camera, now }: { camera: Camera; now: number }) {
  const waiting = camera.outbox_waiting;
  const columns = texts.system.edgeColumns;
  return (
    <tr>
      <th scope="row">{camera.id}</th>
      <td data-label={columns.state}>
        <Badge tone={camera.online ? "good" : "bad"} dot>
          {camera.online ? texts.live.state.online : texts.live.state.offline}
        </Badge>
      </td>
      <td className="nowrap" data-label={columns.seen}>
        {ago(camera.last_seen, now)}
      </td>
      <td className="number" data-label={columns.fps}>
        {camera.fps?.toFixed(0) ?? "–"}
      </td>
      <td className="number" data-label={columns.waiting}>
        {waiting === null ? "–" : waiting > 0 ? <Badge tone="warn">{waiting.toLocaleString()}</Badge> : "0"}
      </td>
      <td data-label={columns.oldest}>{camera.outbox_oldest ? dateTimeShort(camera.outbox_oldest) : "–"}</td>
      <td className="number" data-label={columns.skew}>
        {camera.clock_skew_seconds.toFixed(2)} s
      </td>
      <td data-label={columns.software}>
        {camera.software ?? "–"} <span className="soft small-text nowrap">{camera.model}</span>
      </td>
    </tr>
  );
}

function Edges() {
  const cameras = useCameras();
  const now = useNow(5_000);
  const words = texts.system;
  return (
    <Card title={words.edges}>
      <Asked query={cameras}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={words.noEdges} hint={texts.live.emptyHint} />
          ) : (
            <div className="table-scroll">
              <table className="stack">
                <thead>
                  <tr>
                    {Object.entries(words.edgeColumns).map(([key, column]) => (
                      <th
                        key={key}
                        scope="col"
                        className={["fps", "waiting", "skew"].includes(key) ? "number" : undefined}
                      >
                        {column}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {items.map((camera) => (
                    <EdgeRow key={camera.id} camera={camera} now={now} />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Asked>
    </Card>
  );
}

export function System() {
  const system = useSystem();
  const models = useModels();
  return (
    <>
      <PageHead title={texts.system.title} lede={texts.system.lede}>
        <a className="button" href="/docs/">
          <BookOpen aria-hidden />
          {texts.system.apiPage}
        </a>
        <a className="button" href="/metrics">
          <Gauge aria-hidden />
          {texts.system.metrics}
        </a>
      </PageHead>
      <Asked query={system}>
        {(facts) => (
          <>
            <Server facts={facts} />
            <Models facts={facts} packs={models.data?.items} />
          </>
        )}
      </Asked>
      <Edges />
    </>
  );
}
