"use client";
import { useQuery } from "@tanstack/react-query";
import { BookOpen, Gauge } from "lucide-react";
import type { ReactNode } from "react";
import type { Camera, ModelPack, SystemFacts } from "@/api/client";
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

/** /readyz asks everything that an answer needs; its 503 says what is wrong. */
const useReadiness = () =>
  useQuery({
    queryKey: ["readyz"],
    queryFn: async () => {
      const response = await fetch("/readyz");
      return { ready: response.ok };
    },
    refetchInterval: 10_000,
  });

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
                words.health,
                <Badge key="ready" tone={readiness.data?.ready ? "good" : "bad"} dot>
                  {readiness.data?.ready ? words.ready : words.notReady}
                </Badge>,
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
      <Card title={words.store}>
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
          <table>
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
                    <td>{pack}</td>
                    <td className="number">{score(threshold, "")}</td>
                    <td>
                      {packs && (
                        <Badge tone={here ? "good" : "quiet"}>
                          {here ? words.inBrowser : words.notInBrowser}
                        </Badge>
                      )}
                    </td>
                    <td>{here ? `${here.licence.spdx}. ${here.licence.note}` : "–"}</td>
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
  return (
    <tr>
      <th scope="row">{camera.id}</th>
      <td>
        <Badge tone={camera.online ? "good" : "bad"} dot>
          {camera.online ? texts.live.state.online : texts.live.state.offline}
        </Badge>
      </td>
      <td>{ago(camera.last_seen, now)}</td>
      <td className="number">{camera.fps?.toFixed(0) ?? "–"}</td>
      <td className="number">
        {waiting === null ? "–" : waiting > 0 ? <Badge tone="warn">{waiting.toLocaleString()}</Badge> : "0"}
      </td>
      <td>{camera.outbox_oldest ? dateTimeShort(camera.outbox_oldest) : "–"}</td>
      <td className="number">{camera.clock_skew_seconds.toFixed(2)} s</td>
      <td>{camera.software ?? "–"}</td>
      <td className="small-text">{camera.model ?? "–"}</td>
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
              <table>
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
