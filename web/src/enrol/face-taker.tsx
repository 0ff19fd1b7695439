"use client";
// Takes faces from this device's camera or from photographs, and shows the quality of each.
import { Camera as CameraIcon, ImagePlus, Trash2 } from "lucide-react";
import { type DragEvent, useEffect, useRef, useState } from "react";
import { CameraError, closeCamera, openCamera } from "@/edge/camera";
import type { Edge } from "@/edge/edge";
import type { EdgeState } from "@/edge/use-edge";
import { texts } from "@/texts";
import { Badge, Failure, Meter, Notice, Segments } from "@/ui/parts";
import { isGood, type Shot, shotOf, SHOTS_WANTED, shotsOfFiles } from "./shots";

const CAMERA_WORDS = {
  denied: texts.enrol.cameraDenied,
  missing: texts.enrol.cameraMissing,
  insecure: texts.enrol.cameraInsecure,
  failed: texts.enrol.noCamera,
};

export function cameraWords(failure: unknown): string {
  return failure instanceof CameraError ? CAMERA_WORDS[failure.problem] : texts.enrol.noCamera;
}

export function EdgeNotice({ state, retry }: { state: EdgeState; retry: () => void }) {
  if (state.kind === "loading")
    return (
      <div role="status">
        <p className="soft small-text">{texts.enrol.preparing(state.done, state.of)}</p>
        <progress
          value={state.done}
          max={state.of}
          aria-label={texts.enrol.preparing(state.done, state.of)}
        />
      </div>
    );
  if (state.kind === "none")
    return (
      <Notice tone="warn">
        <strong>{texts.enrol.noModels}</strong>
        <p>{texts.enrol.noModelsHint}</p>
      </Notice>
    );
  if (state.kind === "failed")
    return <Failure error={new Error(`${texts.enrol.modelsFailed}: ${state.error.message}`)} retry={retry} />;
  return null;
}

function ShotCard({ shot, number, onRemove }: { shot: Shot; number: number; onRemove: () => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context && shot.face) context.drawImage(shot.face.aligned, 0, 0);
  }, [shot]);
  return (
    <li className="card face">
      <canvas ref={canvas} width={112} height={112} role="img" aria-label={texts.enrol.shot(number)} />
      {shot.fileName && <bdi className="small-text file-name">{shot.fileName}</bdi>}
      {shot.face && <Meter value={shot.face.quality.overall} label={texts.numbers.quality} />}
      {shot.problems.length === 0 ? (
        <span>
          <Badge tone="good">{texts.enrol.good}</Badge>
        </span>
      ) : (
        shot.problems.map((problem) => <span key={problem}>{problem}</span>)
      )}
      <button
        type="button"
        className="button plain small"
        onClick={onRemove}
        aria-label={texts.enrol.removeShot(number)}
      >
        <Trash2 aria-hidden />
        {texts.people.remove}
      </button>
    </li>
  );
}

function FromCamera({ onPicture, busy }: { onPicture: (picture: ImageBitmap) => void; busy: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  const stream = useRef<MediaStream>(undefined);
  const [running, setRunning] = useState(false);
  const [problem, setProblem] = useState("");
  useEffect(() => () => closeCamera(stream.current), []);

  const start = async () => {
    setProblem("");
    try {
      stream.current = await openCamera();
      setRunning(true);
      if (video.current) {
        video.current.srcObject = stream.current;
        await video.current.play();
      }
    } catch (failure) {
      setProblem(cameraWords(failure));
    }
  };
  const stop = () => {
    closeCamera(stream.current);
    setRunning(false);
  };
  const take = async () => {
    if (video.current && video.current.videoWidth > 0) onPicture(await createImageBitmap(video.current));
  };
  return (
    <div className="shooting">
      {problem && <Notice tone="bad">{problem}</Notice>}
      <video ref={video} muted playsInline hidden={!running} aria-label={texts.enrol.camera} />
      <div className="row-buttons">
        {running ? (
          <>
            <button type="button" className="button primary" onClick={() => void take()} disabled={busy}>
              <CameraIcon aria-hidden />
              {busy ? texts.enrol.looking : texts.enrol.take}
            </button>
            <button type="button" className="button" onClick={stop}>
              {texts.enrol.stop}
            </button>
          </>
        ) : (
          <button type="button" className="button" onClick={() => void start()}>
            <CameraIcon aria-hidden />
            {texts.enrol.start}
          </button>
        )}
      </div>
    </div>
  );
}

function FromFiles({ onFiles, busy }: { onFiles: (files: File[]) => void; busy: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    onFiles([...event.dataTransfer.files]);
  };
  return (
    <div className="drop" onDrop={drop} onDragOver={(event) => event.preventDefault()} role="presentation">
      <input
        ref={input}
        type="file"
        accept="image/*"
        multiple
        hidden
        aria-label={texts.enrol.choose}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <button type="button" className="button" disabled={busy} onClick={() => input.current?.click()}>
        <ImagePlus aria-hidden />
        {busy ? texts.enrol.looking : texts.enrol.choose}
      </button>
      <span className="soft small-text">{texts.enrol.drop}</span>
    </div>
  );
}

export function FaceTaker({
  state,
  start,
  shots,
  onShots,
}: {
  state: EdgeState;
  start: () => Promise<Edge | undefined>;
  shots: Shot[];
  onShots: (change: (before: Shot[]) => Shot[]) => void;
}) {
  const [source, setSource] = useState<"camera" | "photographs">("camera");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Error>();
  useEffect(() => void start(), [start]);

  const look = async (make: (edge: Edge) => AsyncIterable<Shot> | Promise<Shot>[]) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const edge = await start();
      if (edge) for await (const shot of make(edge)) onShots((before) => [...before, shot]);
    } catch (failure) {
      setProblem(failure as Error);
    }
    setBusy(false);
  };

  const good = shots.filter(isGood).length;
  const advice = source === "camera" ? texts.enrol.poses[good] : texts.enrol.otherPhotographs;
  return (
    <div className="shooting">
      <Segments
        label={texts.enrol.source}
        options={{ camera: texts.enrol.camera, photographs: texts.enrol.photographs }}
        value={source}
        onChange={setSource}
      />
      <p className="soft small-text">{texts.enrol.privacy}</p>
      <p className="small-text" role="status">
        <strong>{texts.enrol.shots(good, SHOTS_WANTED)}</strong>
        {good < SHOTS_WANTED && ` ${advice}`}
      </p>
      <EdgeNotice state={state} retry={() => void start()} />
      {source === "camera" ? (
        <FromCamera busy={busy} onPicture={(picture) => void look((edge) => [shotOf(edge, picture)])} />
      ) : (
        <FromFiles busy={busy} onFiles={(files) => void look((edge) => shotsOfFiles(edge, files))} />
      )}
      {problem && <Failure error={problem} />}
      {shots.length > 0 && (
        <ul className="faces" aria-live="polite">
          {shots.map((shot, index) => (
            <ShotCard
              key={shot.id}
              shot={shot}
              number={index + 1}
              onRemove={() => onShots((before) => before.filter(({ id }) => id !== shot.id))}
            />
          ))}
        </ul>
      )}
    </div>
  );
}
