"use client";
import { ArrowLeft, Play } from "lucide-react";
import Link from "next/link";
import { useEffect, useState } from "react";
import { listCameras } from "@/edge/camera";
import { CAMERA_ID, type KioskSettings } from "@/kiosk/settings";
import { texts } from "@/texts";
import { Field, Notice } from "@/ui/parts";

export function KioskSetup({
  settings,
  cameras: allowed,
  isPaired,
  onStart,
}: {
  settings: KioskSettings;
  /** The entrances that this device was paired as; undefined: it may be any. */
  cameras: string[] | undefined;
  isPaired: boolean;
  onStart: (settings: KioskSettings) => void;
}) {
  const [chosen, setChosen] = useState(() =>
    allowed?.[0] === undefined || allowed.includes(settings.cameraId)
      ? settings
      : { ...settings, cameraId: allowed[0] },
  );
  const [cameras, setCameras] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    void listCameras().then(setCameras);
  }, []);
  return (
    <main className="kiosk-setup">
      <form
        className="card"
        onSubmit={(event) => {
          event.preventDefault();
          onStart(chosen);
        }}
      >
        <h1>{texts.kiosk.title}</h1>
        <p className="soft">{texts.kiosk.lede}</p>
        {!window.isSecureContext && <Notice tone="warn">{texts.enrol.cameraInsecure}</Notice>}
        <Field label={texts.kiosk.cameraId} hint={texts.kiosk.cameraIdHint}>
          {(ids) =>
            allowed ? (
              <select
                {...ids}
                className="input"
                value={chosen.cameraId}
                onChange={(event) => setChosen({ ...chosen, cameraId: event.target.value })}
              >
                {allowed.map((id) => (
                  <option key={id} value={id}>
                    {id}
                  </option>
                ))}
              </select>
            ) : (
              <input
                {...ids}
                className="input"
                required
                pattern={CAMERA_ID}
                value={chosen.cameraId}
                onChange={(event) => setChosen({ ...chosen, cameraId: event.target.value })}
              />
            )
          }
        </Field>
        <Field label={texts.kiosk.device}>
          {(ids) => (
            <select
              {...ids}
              className="input"
              value={chosen.deviceId}
              onChange={(event) => setChosen({ ...chosen, deviceId: event.target.value })}
            >
              <option value="">{texts.kiosk.anyDevice}</option>
              {cameras.map(({ deviceId, label }) => (
                <option key={deviceId} value={deviceId}>
                  {label || deviceId}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={texts.kiosk.backend}>
          {(ids) => (
            <select
              {...ids}
              className="input"
              value={chosen.backend}
              onChange={(event) =>
                setChosen({ ...chosen, backend: event.target.value as KioskSettings["backend"] })
              }
            >
              {Object.entries(texts.kiosk.backends).map(([key, words]) => (
                <option key={key} value={key}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button type="submit" className="button primary">
          <Play aria-hidden />
          {texts.kiosk.start}
        </button>
        {!isPaired && (
          <Link className="button plain" href="/live" prefetch={false}>
            <ArrowLeft aria-hidden />
            {texts.nav.live}
          </Link>
        )}
      </form>
    </main>
  );
}
