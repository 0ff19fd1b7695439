// Pictures of every page for the documentation, of a server with a week behind it:
//   scripts/screenshots      writes docs/screenshots/*.png
// The only face on them is that of the demonstration clip; the other people's vectors are random numbers.
import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import {
  clips,
  installModels,
  KEY,
  makeFilm,
  makeFolder,
  missing,
  openBrowser,
  openPage,
  placePages,
  removeFolder,
  root,
  Server,
  signIn,
} from "./support.mjs";

const reason = missing();
if (reason) throw new Error(reason);
const out = path.join(root, "docs/screenshots");
await mkdir(out, { recursive: true });

const PEOPLE = [
  ["E-1001", "Ada Lovelace"],
  ["E-1002", "Grace Hopper"],
  ["E-1003", "Alan Turing"],
  ["E-1004", "Emmy Noether"],
  ["E-1005", "Katherine Johnson"],
  ["E-1006", "Charles Babbage"],
  ["E-1007", "Hedy Lamarr"],
];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// The same pictures each time: chance from a fixed beginning (mulberry32).
let state = 20261122;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
function direction() {
  const values = Array.from({ length: 512 }, normal);
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
/** A vector of that cosine to `face`. */
function like(face, cosine) {
  const other = direction();
  const dot = face.reduce((sum, value, i) => sum + value * other[i], 0);
  const rest = other.map((value, i) => value - dot * face[i]);
  const length = Math.hypot(...rest);
  return face.map((value, i) => cosine * value + Math.sqrt(1 - cosine * cosine) * (rest[i] / length));
}

const folder = await makeFolder();
await placePages(folder);
await installModels(path.join(folder, "models"));
await makeFilm(path.join(folder, "man.mjpeg"), "franck.mp4", { pause: 0 });
const server = new Server(folder);
await server.start();

const post = async (route, body) => {
  const response = await fetch(server.address + route, {
    method: "POST",
    headers: { "x-api-key": KEY, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`);
};

/** A working week at two entrances: arrivals between eight and ten, a camera that was away for some hours. */
async function aWeek() {
  const faces = [];
  for (const [code, name] of PEOPLE) {
    const face = direction();
    faces.push(face);
    await post("/api/v1/persons", { code, name, faces: [{ vector: face, quality: 0.6 + 0.35 * random() }] });
  }
  const midnight = new Date().setHours(0, 0, 0, 0);
  const events = [];
  for (let day = 6; day >= 0; --day) {
    const from = midnight - day * DAY;
    for (const camera of ["entrance", "yard"]) {
      const gap = camera === "yard" && day === 2 ? 5 * HOUR : 0;
      const end = Math.min(from + DAY, Date.now());
      const spans = gap
        ? [
            [from, from + 9 * HOUR],
            [from + 9 * HOUR + gap, end],
          ]
        : [[from, end]];
      for (const [begin, to] of spans)
        if (to > begin)
          await post(`/api/v1/cameras/${camera}/heartbeat`, {
            watching_from: new Date(begin).toISOString(),
            watching_to: new Date(to).toISOString(),
            fps: 30,
            outbox_waiting: 0,
            software: "attend",
            model: "faceplugin-mobilefacenet-1",
          });
    }
    for (const [index, face] of faces.entries())
      if (random() < 0.88) {
        const at = from + 7.6 * HOUR + (index % 4) * 25 * MINUTE + random() * 70 * MINUTE;
        events.push({
          at,
          camera: random() < 0.75 ? "entrance" : "yard",
          vector: like(face, 0.62 + 0.09 * normal()),
        });
        if (random() < 0.5)
          events.push({ at: at + 4 * HOUR, camera: "yard", vector: like(face, 0.6 + 0.08 * normal()) });
      }
    for (let stranger = 0; stranger < 4; ++stranger)
      events.push({
        at: from + (9 + 8 * random()) * HOUR,
        camera: "yard",
        vector: like(faces[0], 0.12 + 0.07 * normal()),
      });
    if (day === 3)
      events.push({ at: from + 10 * HOUR, camera: "entrance", vector: like(faces[1], 0.7), liveness: 0.02 });
  }
  for (const { at, camera, vector, liveness = 0.95 } of events.sort((a, b) => a.at - b.at))
    if (at < Date.now())
      await post("/api/v1/recognitions", {
        camera_id: camera,
        vector,
        liveness,
        quality: 0.8,
        captured_at: new Date(at).toISOString(),
      });
}

let camera;
const browser = await openBrowser(path.join(folder, "man.mjpeg"));
try {
  await aWeek();
  await server.attend(
    "register",
    "--name",
    "Franck",
    "--code",
    "demo-001",
    "--image",
    path.join(clips, "franck_01829.jpg"),
  );
  camera = spawn(
    path.join(root, "build/release/bin/attend"),
    ["camera", "--headless", "--live", "--source", path.join(clips, "franck.mp4"), "--camera-id", "entrance"],
    { env: { ...server.environment, SERVER_URL: server.address }, cwd: folder, stdio: "ignore" },
  );
  const shoot = async (page, name) => {
    await page.waitForTimeout(1200);
    await page.screenshot({ path: path.join(out, `${name}.png`) });
  };
  const here = { timezoneId: "UTC", locale: "en-GB" };
  const outside = await openPage(browser, server, here);
  await outside.goto("/ui/sign-in");
  await shoot(outside, "sign-in");

  const page = await openPage(browser, server, { ...here, viewport: { width: 1280, height: 820 } });
  await signIn(page);
  await page.locator(".camera canvas").first().waitFor();
  await page.locator(".stream").getByText("Franck").first().waitFor();
  await shoot(page, "live");
  await page.goto("/ui/people");
  await page.getByRole("row", { name: /Franck/ }).waitFor();
  await shoot(page, "people");
  await page.getByRole("button", { name: "Add a person" }).click();
  await page.getByRole("button", { name: "Photographs", exact: true }).click();
  await page.getByLabel("Choose photographs").setInputFiles(path.join(clips, "franck_01829.jpg"));
  await page.getByText("Good", { exact: true }).waitFor();
  await shoot(page, "enrol");
  await page.goto("/ui/attendance");
  await page
    .getByRole("row", { name: /Ada Lovelace/ })
    .first()
    .waitFor();
  await shoot(page, "attendance");
  await page
    .getByRole("button", { name: /Details/ })
    .nth(1)
    .click();
  await page.getByRole("dialog").waitFor();
  await shoot(page, "decision");
  await page.getByRole("button", { name: "Close" }).click();
  for (const view of ["Day", "Week"]) {
    await page.getByRole("tab", { name: view }).click();
    await page
      .getByRole("row", { name: /Franck/ })
      .first()
      .waitFor();
    await shoot(page, view.toLowerCase());
  }
  await page.goto("/ui/analytics");
  await page.getByRole("button", { name: "7 days" }).click();
  await page.getByRole("heading", { name: "Similarity against the threshold" }).waitFor();
  await page.setViewportSize({ width: 1280, height: 1560 });
  await shoot(page, "analytics");
  await page.setViewportSize({ width: 1280, height: 820 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/ui/system");
  await page.getByRole("row", { name: /entrance/ }).waitFor();
  await shoot(page, "system-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 390, height: 780 });
  await page.goto("/ui/attendance");
  await page
    .getByRole("row", { name: /Ada Lovelace/ })
    .first()
    .waitFor();
  await shoot(page, "phone");
  await page.setViewportSize({ width: 1280, height: 820 });
  await page.goto("/ui/kiosk");
  await shoot(page, "kiosk-setup");
  await page.getByLabel("Name of this entrance").fill("tablet");
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByText(/Franck/).waitFor({ timeout: 120_000 });
  await shoot(page, "kiosk");
} finally {
  camera?.kill("SIGTERM");
  await browser.close();
  await server.stop();
  await removeFolder(folder);
}
