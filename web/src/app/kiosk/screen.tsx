"use client";
// What people see at the entrance: their camera picture, and the decision in words.
import { useEffect, useRef, useState } from "react";
import type { Decision } from "@/api/client";
import type { FrameAnswer } from "@/edge/messages";
import { useEdge } from "@/edge/use-edge";
import { cameraWords, EdgeNotice } from "@/enrol/face-taker";
import { type CameraState, KioskSession, type Said } from "@/kiosk/session";
import type { KioskSettings } from "@/kiosk/settings";
import type { UplinkState } from "@/kiosk/uplink";
import { keepScreenOn } from "@/kiosk/wake-lock";
import { texts } from "@/texts";
import { hourMinute } from "@/ui/format";
import { Badge, Loading, Notice } from "@/ui/parts";

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

export function KioskScreen({ settings, onStop }: { settings: KioskSettings; onStop: () => void }) {
  const { state, start } = useEdge(settings.backend);
  const video = useRef<HTMLVideoElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const [message, setMessage] = useState<Message>(IDLE);
  const [hint, setHint] = useState("");
  const [uplink, setUplink] = useState<UplinkState>();
  const [fps, setFps] = useState(0);
  const [problem, setProblem] = useState("");
  const [camera, setCamera] = useState<CameraState>("open");

  useEffect(() => void start(), [start]);

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
      onCamera: setCamera,
    });
    session.start().catch((failure: unknown) => setProblem(cameraWords(failure)));
    const letSleep = keepScreenOn();
    return () => {
      clearTimeout(timer);
      session.stop();
      letSleep();
    };
  }, [edge, settings]);

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
          {facts && camera === "open" && (
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
        {camera !== "open" && <Notice tone="warn">{texts.kiosk.camera[camera]}</Notice>}
        {state.kind === "off" ? <Loading words={texts.kiosk.starting} /> : null}
        {uplink?.clock !== undefined && <Notice tone="warn">{texts.kiosk.clock(uplink.clock)}</Notice>}
        <EdgeNotice state={state} retry={() => void start()} />
        {state.kind === "ready" && !problem && camera === "open" && (
          <div role="status" aria-live="polite">
            <strong>{message.title}</strong>
            <p>{message.tone === "idle" && hint ? hint : message.hint}</p>
          </div>
        )}
      </div>
    </main>
  );
}
