"use client";
import { Maximize2, Minimize2, Video } from "lucide-react";
import Link from "next/link";
import { useEffect, useState } from "react";
import { useCameras } from "@/api/queries";
import { texts } from "@/texts";
import { Asked, Card, Empty, PageHead } from "@/ui/parts";
import { CameraTile } from "./camera-tile";
import { DecisionStream } from "./decision-stream";

/** Full screen with only pictures and decisions. Escape leaves it. */
function useWall(): [boolean, (on: boolean) => void] {
  const [wall, setWall] = useState(false);
  useEffect(() => {
    document.documentElement.classList.toggle("wall", wall);
    return () => document.documentElement.classList.remove("wall");
  }, [wall]);
  useEffect(() => {
    const left = () => setWall(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", left);
    return () => document.removeEventListener("fullscreenchange", left);
  }, []);
  const change = (on: boolean) => {
    setWall(on);
    // If the browser refuses full screen, the page still uses the wall layout.
    if (on) void document.documentElement.requestFullscreen().catch(() => undefined);
    else if (document.fullscreenElement) void document.exitFullscreen();
  };
  return [wall, change];
}

export function Live() {
  const cameras = useCameras();
  const [wall, setWall] = useWall();
  return (
    <>
      <PageHead title={texts.live.title} lede={texts.live.lede}>
        <button type="button" className="button" onClick={() => setWall(!wall)}>
          {wall ? <Minimize2 aria-hidden /> : <Maximize2 aria-hidden />}
          {wall ? texts.live.leaveWall : texts.live.wall}
        </button>
      </PageHead>
      <div className="live">
        <section aria-label={texts.live.cameras}>
          <Asked query={cameras}>
            {({ items }) =>
              items.length === 0 ? (
                <Card>
                  <Empty icon={Video} title={texts.live.empty} hint={texts.live.emptyHint}>
                    <Link className="button" href="/kiosk" prefetch={false}>
                      {texts.live.openKiosk}
                    </Link>
                  </Empty>
                </Card>
              ) : (
                <div className="cameras">
                  {items
                    .filter(({ retired }) => !retired)
                    .sort((a, b) => Number(b.live) - Number(a.live) || Number(b.online) - Number(a.online))
                    .map((camera) => (
                      <CameraTile key={camera.id} camera={camera} />
                    ))}
                </div>
              )
            }
          </Asked>
        </section>
        <DecisionStream />
      </div>
    </>
  );
}
