"use client";
import { VideoOff } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef, useState } from "react";
import { Backoff } from "@/api/backoff";
import type { Camera } from "@/api/client";
import { socketAddress } from "@/api/events";
import { canvasSize } from "@/edge/pixels";
import { texts } from "@/texts";
import { ago, dateTimeShort } from "@/ui/format";
import { useNow } from "@/ui/now";
import { Badge } from "@/ui/parts";
import { STATE_TONES, stateOf } from "./camera-state";

/** Of a tile. A wall of 4K cameras would need more memory than a tablet gives all canvases together. */
const MOST_PIXELS = 1920 * 1080;

/** The camera's latest frame on a canvas. Frames that arrive while one is drawn are dropped, except the newest. */
function Picture({ camera }: { camera: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    let socket: WebSocket | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let newest: Blob | undefined;
    let drawing = false;
    const backoff = new Backoff({ first: 1_000, longest: 15_000, jitter: 0.2 });
    let over = false;

    const draw = async () => {
      if (drawing) return;
      drawing = true;
      while (newest && !over) {
        const frame = newest;
        newest = undefined;
        // Skip a damaged frame; the next one will follow.
        const picture = await createImageBitmap(frame).catch(() => undefined);
        const target = canvas.current;
        if (!picture || !target) continue;
        const { width, height } = canvasSize(picture, MOST_PIXELS);
        if (target.width !== width || target.height !== height) {
          target.width = width;
          target.height = height;
        }
        target.getContext("2d")?.drawImage(picture, 0, 0, width, height);
        picture.close();
        setShown(true);
      }
      drawing = false;
    };
    const connect = () => {
      socket = new WebSocket(socketAddress(`/api/v1/live/${encodeURIComponent(camera)}`));
      socket.binaryType = "blob";
      socket.onmessage = ({ data }) => {
        backoff.reset();
        newest = data as Blob;
        void draw();
      };
      socket.onclose = () => {
        if (!over) timer = setTimeout(connect, backoff.next());
      };
    };
    connect();
    return () => {
      over = true;
      clearTimeout(timer);
      socket?.close();
    };
  }, [camera]);
  return (
    <>
      {!shown && <div className="no-picture">{texts.live.connecting}</div>}
      <canvas ref={canvas} role="img" aria-label={texts.live.picture(camera)} />
    </>
  );
}

export function CameraTile({ camera }: { camera: Camera }) {
  const now = useNow(5_000);
  const seen = stateOf(camera);
  const state = seen === "online" && camera.live ? "live" : seen;
  return (
    <article className="card camera" aria-label={camera.id}>
      <div className="picture">
        {camera.live ? (
          <Picture camera={camera.id} />
        ) : (
          <div className="no-picture">
            <VideoOff aria-hidden />
            {camera.online
              ? camera.software === texts.kiosk.software
                ? texts.live.kioskPicture
                : texts.live.noPicture
              : texts.live.offlinePicture(dateTimeShort(camera.last_seen))}
          </div>
        )}
      </div>
      <div className="caption">
        <h2>
          <Link
            href={`/attendance?tab=decisions&camera=${encodeURIComponent(camera.id)}`}
            prefetch={false}
            title={texts.live.decisionsOf(camera.id)}
          >
            <bdi>{camera.name ?? camera.id}</bdi>
          </Link>
        </h2>
        <Badge tone={state === "live" ? "good" : STATE_TONES[state]} dot>
          {texts.live.state[state]}
        </Badge>
      </div>
      <div className="details">
        {camera.online && camera.fps !== null && <span>{texts.live.fps(camera.fps.toFixed(0))}</span>}
        <span>{texts.live.seen(ago(camera.last_seen, now))}</span>
        <span>{texts.live.events(camera.events)}</span>
        {(camera.outbox_waiting ?? 0) > 0 && <span>{texts.live.waiting(camera.outbox_waiting ?? 0)}</span>}
      </div>
    </article>
  );
}
