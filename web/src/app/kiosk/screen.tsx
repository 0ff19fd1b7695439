"use client";
// What people see at the entrance: their camera picture, and the decision in words.
import { useEffect, useRef, useState } from "react";
import type { Decision } from "@/api/client";
import type { FrameAnswer } from "@/edge/messages";
import { type EdgeState, useEdge } from "@/edge/use-edge";
import { keepForOffline } from "@/kiosk/offline";
import { useRetry } from "@/kiosk/retry";
import { type CameraState, KioskSession, type Said } from "@/kiosk/session";
import type { KioskSettings } from "@/kiosk/settings";
import type { UplinkState } from "@/kiosk/uplink";
import { keepScreenOn } from "@/kiosk/wake-lock";
import { texts } from "@/texts";
import { hourMinute } from "@/ui/format";
import { useNow } from "@/ui/now";
import { Badge, explain, Notice } from "@/ui/parts";

const SHOWN_FOR = 4_000;

interface Message {
  tone: "idle" | "marked" | "cooldown" | "other";
  title: string;
  hint: string;
}

const IDLE: Message = { tone: "idle", title: texts.kiosk.idle, hint: texts.kiosk.idleHint };

function ofDecision({ outcome, person }: Decision): Message {
  const name = person?.name ?? "";
  switch (outcome) {
    case "marked":
      return {
        tone: "marked",
        title: texts.kiosk.greet(name),
        hint: texts.kiosk.recorded(hourMinute(Date.now())),
      };
    case "cooldown":
      return { tone: "cooldown", title: texts.kiosk.already(name), hint: texts.kiosk.alreadyHint };
    case "unknown":
      return { tone: "other", title: texts.kiosk.unknown, hint: texts.kiosk.unknownHint };
    case "ambiguous":
      return { tone: "other", title: texts.kiosk.ambiguous, hint: texts.kiosk.unknownHint };
    case "spoof":
      return { tone: "other", title: texts.kiosk.spoof, hint: texts.kiosk.unknownHint };
    case "unproven":
      return { tone: "other", title: texts.kiosk.refused, hint: texts.kiosk.unprovenHint };
  }
}

function messageOf(said: Said): Message {
  switch (said.kind) {
    case "decision":
      return ofDecision(said.decision);
    case "refused":
      return { tone: "other", title: texts.kiosk.refused, hint: said.error.message };
    case "kept":
      return { tone: "cooldown", title: texts.kiosk.offline, hint: texts.kiosk.offlineHint };
    case "full":
      return { tone: "other", title: texts.kiosk.refused, hint: texts.kiosk.storeFull };
  }
}

function draw(canvas: HTMLCanvasElement | null, answer: FrameAnswer): void {
  const context = canvas?.getContext("2d");
  if (!canvas || !context) return;
  canvas.width = answer.width;
  canvas.height = answer.height;
  context.lineWidth = Math.max(2, answer.width / 240);
  for (const { box, problems } of answer.faces) {
    context.strokeStyle = problems.length > 0 ? "#ffd27a" : "#7ee2a8";
    context.beginPath();
    context.roundRect(box.x, box.y, box.width, box.height, box.width / 10);
    context.stroke();
  }
}

/** What keeps the entrance from working, in words for the person in front of it, and when it is tried again. */
function Trouble({ title, detail, next }: { title: string; detail?: string; next?: number }) {
  const now = useNow(1_000);
  return (
    <div role="status">
      <strong>{title}</strong>
      <p>{texts.kiosk.askDesk}</p>
      <p className="soft detail">
        {detail} {next !== undefined && texts.kiosk.nextTry(Math.max(0, Math.ceil((next - now) / 1000)))}
      </p>
    </div>
  );
}

/** The models, until they compute. */
function EdgeTrouble({ state, next }: { state: EdgeState; next?: number }) {
  switch (state.kind) {
    case "off":
      return <Preparing words={texts.kiosk.starting} />;
    case "loading":
      return (
        <Preparing words={texts.enrol.preparing(state.done, state.of)} done={state.done} of={state.of} />
      );
    case "none":
      return <Trouble title={texts.kiosk.notReady} detail={texts.enrol.noModels} next={next} />;
    case "failed":
      return <Trouble title={texts.kiosk.notReady} detail={explain(state.error)} next={next} />;
    case "ready":
      return null;
  }
}

function Preparing({ words, done, of }: { words: string; done?: number; of?: number }) {
  return (
    <div role="status">
      <p>{words}</p>
      {of !== undefined && <progress value={done} max={of} aria-label={words} />}
    </div>
  );
}

export function KioskScreen({ settings, onStop }: { settings: KioskSettings; onStop: () => void }) {
  const { state, start, restart } = useEdge(settings.backend);
  const video = useRef<HTMLVideoElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const [message, setMessage] = useState<Message>(IDLE);
  const [hint, setHint] = useState("");
  const [uplink, setUplink] = useState<UplinkState>();
  const [fps, setFps] = useState(0);
  const [problem, setProblem] = useState("");
  const [camera, setCamera] = useState<{ state: CameraState; next?: number }>({ state: "open" });

  useEffect(() => {
    let left = false;
    void keepForOffline().then(() => {
      if (!left) void start();
    });
    return () => {
      left = true;
    };
  }, [start]);
  const nextStart = useRetry(state.kind === "failed" || state.kind === "none", () => void start());

  const edge = state.kind === "ready" ? state.edge : undefined;
  useEffect(() => {
    if (!edge || !video.current) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let shown = 0;
    const session = new KioskSession({
      edge,
      video: video.current,
      cameraId: settings.cameraId,
      deviceId: settings.deviceId,
      software: texts.kiosk.software,
      onFrame: (answer, rate) => {
        draw(overlay.current, answer);
        const problems = answer.faces.flatMap((face) => face.problems);
        setHint(problems[0] ? texts.problems[problems[0]] : "");
        // A number that changes with every frame is unreadable.
        if (performance.now() - shown > 500) {
          shown = performance.now();
          setFps(rate);
        }
      },
      onSaid: (said) => {
        setMessage(messageOf(said));
        clearTimeout(timer);
        timer = setTimeout(() => setMessage(IDLE), SHOWN_FOR);
      },
      onUplink: setUplink,
      onCamera: (known, next) => setCamera({ state: known, next }),
      onEdgeFailed: restart,
    });
    session.start().catch((failure: unknown) => setProblem(explain(failure as Error)));
    const letSleep = keepScreenOn();
    return () => {
      clearTimeout(timer);
      session.stop();
      letSleep();
    };
  }, [edge, settings, restart]);

  const facts = state.kind === "ready" ? state.facts : undefined;
  return (
    <main className="kiosk">
      <h1 className="visually-hidden">{texts.kiosk.title}</h1>
      <video ref={video} muted playsInline aria-hidden />
      <canvas ref={overlay} className="overlay" aria-hidden />
      <div className="shade" />
      <div className="top">
        <div className="facts-row">
          <strong>{settings.cameraId}</strong>
          {uplink && (
            <Badge tone={uplink.online ? "good" : "warn"} dot>
              {uplink.online ? texts.kiosk.online : uplink.signedOut ? texts.signIn.title : texts.kiosk.away}
            </Badge>
          )}
          {uplink !== undefined && uplink.waiting > 0 && (
            <Badge tone="warn">{texts.kiosk.waiting(uplink.waiting)}</Badge>
          )}
          {uplink !== undefined && uplink.refused > 0 && (
            <Badge tone="bad">{texts.kiosk.refusedCount(uplink.refused)}</Badge>
          )}
          {facts && camera.state === "open" && (
            <span>{texts.kiosk.speed(fps.toFixed(0), facts.backend, facts.threads)}</span>
          )}
          {facts?.insteadOfWebGpu !== undefined && (
            <Badge tone="warn">{texts.kiosk.withoutGraphics(facts.insteadOfWebGpu)}</Badge>
          )}
        </div>
        <button type="button" className="button small" onClick={onStop}>
          {texts.kiosk.stop}
        </button>
      </div>
      <div className={`message ${message.tone}`}>
        {problem && <Notice tone="bad">{problem}</Notice>}
        {camera.state !== "open" && (
          <Trouble
            title={texts.kiosk.noCamera}
            detail={texts.kiosk.camera[camera.state]}
            next={camera.next}
          />
        )}
        {uplink?.clock !== undefined && <Notice tone="warn">{texts.kiosk.clock(uplink.clock)}</Notice>}
        <EdgeTrouble state={state} next={nextStart} />
        {state.kind === "ready" && !problem && camera.state === "open" && (
          <div role="status" aria-live="polite">
            <strong>{message.title}</strong>
            <p>{message.tone === "idle" && hint ? hint : message.hint}</p>
          </div>
        )}
      </div>
    </main>
  );
}
