"use client";
import { useQuery } from "@tanstack/react-query";
import { BookOpen, Gauge } from "lucide-react";
import type { ReactNode } from "react";
import type { Camera, ModelPack, Schemas, SystemFacts } from "@/api/client";
import { useCameras, useModels, useSystem } from "@/api/queries";
import { number, texts } from "@/texts";
import { ago, bytes, dateTime, dateTimeShort, duration, score } from "@/ui/format";
import { useNow } from "@/ui/now";
import { Asked, Badge, Card, Empty, Name, Notice, PageHead } from "@/ui/parts";
import { type Column, Table } from "@/ui/table";
import { STATE_TONES, stateOf } from "../live/camera-state";

/** A share of walk-pasts at which it is worth adding photographs. */
const MANY_MISSED = 0.05;

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

/** Checks every dependency of the server. A 503 has the same body as a 200. */
const useReadiness = () =>
  useQuery({
    queryKey: ["readyz"],
    // Read the body even if it is not needed: the browser holds the connection until then.
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
              ...(facts.liveness.weak
                ? [[words.weakLiveness, facts.liveness.advice] as [string, ReactNode]]
                : []),
            ]}
          />
        </div>
      </Card>
    </div>
  );
}

type Model = SystemFacts["models"][number];

/** The default model, and those whose threshold is more than their pack's. */
const isUsed = ({ threshold_source: source }: Model, index: number) => index === 0 || source !== "pack";

/** What the threshold is for this gallery, why, and what it costs. */
function Recognition({ model }: { model: Model }) {
  const words = texts.system.recognition;
  const { threshold, threshold_source: source, calibration } = model;
  const facts: [string, ReactNode][] = [
    [
      texts.numbers.threshold,
      source === "calibrated"
        ? words.ofScore(score(threshold, ""))
        : words.ofSimilarity(score(threshold, "")),
    ],
    [words.why, words.reasons[source]],
  ];
  if (calibration)
    facts.push(
      [words.people, number(calibration.people)],
      [words.strangers, words.perThousand(calibration.false_identification_rate)],
      [words.missed, words.perHundred(calibration.expected_miss)],
      [words.fitted, words.scores(calibration.stranger_scores, calibration.genuine_scores)],
    );
  return (
    <Card title={words.title(model.id)}>
      <div className="body form">
        <Facts facts={facts} />
        {calibration && calibration.genuine_scores === 0 && <Notice>{words.onePhotograph}</Notice>}
        {calibration && calibration.genuine_scores > 0 && calibration.expected_miss > MANY_MISSED && (
          <Notice tone="warn">{words.addPhotographs}</Notice>
        )}
      </div>
    </Card>
  );
}

function modelColumns(packs: ModelPack[] | undefined): Column<SystemFacts["models"][number]>[] {
  const titles = texts.system.modelColumns;
  const packOf = (name: string) => packs?.find((pack) => pack.name === name);
  return [
    { key: "model", title: titles.model, rowHeader: true, cell: ({ id }) => id },
    { key: "pack", title: titles.pack, cell: ({ pack }) => pack },
    {
      key: "threshold",
      title: titles.threshold,
      align: "number",
      cell: ({ threshold }) => score(threshold, ""),
    },
    {
      key: "browser",
      title: titles.browser,
      cell: ({ pack }) =>
        packs && (
          <Badge tone={packOf(pack) ? "good" : "quiet"}>
            {packOf(pack) ? texts.system.inBrowser : texts.system.notInBrowser}
          </Badge>
        ),
    },
    {
      key: "licence",
      title: titles.licence,
      cell: ({ pack }) => {
        const licence = packOf(pack)?.licence;
        return licence ? `${licence.spdx}. ${licence.note}` : "–";
      },
    },
  ];
}

function Models({ facts, packs }: { facts: SystemFacts; packs: ModelPack[] | undefined }) {
  const words = texts.system;
  return (
    <Card title={words.models}>
      {facts.models.length === 0 ? (
        <Empty title={words.noModels} />
      ) : (
        <Table columns={modelColumns(packs)} rows={facts.models} rowKey={({ id }) => id} />
      )}
    </Card>
  );
}

function edgeColumns(now: number): Column<Camera>[] {
  const titles = texts.system.edgeColumns;
  return [
    {
      key: "camera",
      title: titles.camera,
      rowHeader: true,
      cell: ({ id, name }) => (
        <>
          <Name>{name ?? id}</Name>
          {name && <div className="soft small-text">{id}</div>}
        </>
      ),
    },
    {
      key: "state",
      title: titles.state,
      cell: (camera) => {
        const state = stateOf(camera);
        return (
          <Badge tone={STATE_TONES[state]} dot>
            {texts.live.state[state]}
          </Badge>
        );
      },
    },
    {
      key: "seen",
      title: titles.seen,
      className: "nowrap",
      cell: (camera) => ago(camera.last_seen, now),
    },
    { key: "fps", title: titles.fps, align: "number", cell: ({ fps }) => fps?.toFixed(0) ?? "–" },
    {
      key: "waiting",
      title: titles.waiting,
      align: "number",
      cell: ({ outbox_waiting: waiting }) =>
        waiting === null ? "–" : waiting > 0 ? <Badge tone="warn">{number(waiting)}</Badge> : "0",
    },
    {
      key: "oldest",
      title: titles.oldest,
      cell: ({ outbox_oldest: oldest }) => (oldest ? dateTimeShort(oldest) : "–"),
    },
    {
      key: "skew",
      title: titles.skew,
      align: "number",
      cell: (camera) => `${camera.clock_skew_seconds.toFixed(2)} s`,
    },
    {
      key: "software",
      title: titles.software,
      cell: ({ software, model }) => (
        <>
          {software ?? "–"} <span className="soft small-text nowrap">{model}</span>
        </>
      ),
    },
  ];
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
            <Table columns={edgeColumns(now)} rows={items} rowKey={({ id }) => id} />
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
            <div className="charts">
              {facts.models.filter(isUsed).map((model) => (
                <Recognition key={model.id} model={model} />
              ))}
            </div>
            <Models facts={facts} packs={models.data?.items} />
          </>
        )}
      </Asked>
      <Edges />
    </>
  );
}
