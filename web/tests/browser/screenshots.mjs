// Screenshots of every page for the documentation, from a server with two weeks of data:
//   scripts/screenshots      writes docs/screenshots/*.png
// The only face in them is from the demonstration clip. The other people's vectors are random numbers.
import { spawn } from "node:child_process";
import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  clips,
  installModels,
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
import { afternoonZone, fillServer } from "./week.mjs";

const reason = missing();
if (reason) throw new Error(reason);
const out = path.join(root, "docs/screenshots");
await mkdir(out, { recursive: true });

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 780 };
const franck = (...numbers) => numbers.map((number) => path.join(clips, `franck_${number}.jpg`));

const folder = await makeFolder();
await placePages(folder);
await installModels(path.join(folder, "models"));
await makeFilm(path.join(folder, "man.mjpeg"), "franck.mp4");
// Allows several records per person and day.
const server = new Server(folder, { COOLDOWN_SECONDS: "7200" });
await server.start();

async function makeStaff() {
  const staff = path.join(folder, "staff");
  await mkdir(path.join(staff, "E-1010_Franck"), { recursive: true });
  await mkdir(path.join(staff, "E-1011_Joan"), { recursive: true });
  for (const file of franck("01829", "02045", "02159"))
    await cp(file, path.join(staff, "E-1010_Franck", path.basename(file)));
  await writeFile(path.join(staff, "E-1011_Joan/badge.jpg"), "a file that came damaged");
  return staff;
}

const shoot = async (page, name) => {
  await page.waitForTimeout(1200);
  await page.screenshot({ path: path.join(out, `${name}.png`) });
};

async function people(page) {
  await page.goto("/ui/people");
  await page.getByRole("button", { name: "Import a folder" }).click();
  await page
    .getByLabel("Choose a folder")
    .first()
    .setInputFiles(await makeStaff());
  await page.getByRole("button", { name: "Start the import" }).click();
  await page.getByText("1 enrolled, 1 not").waitFor();
  await shoot(page, "import");
  await page.getByRole("button", { name: "Done" }).click();
  await shoot(page, "people");
  await page.getByRole("button", { name: "Edit Franck" }).click();
  await page.getByRole("dialog").waitFor();
  await shoot(page, "person");
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Add a person" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Frank");
  await page.getByLabel("Code", { exact: true }).fill("E-1012");
  await page.getByRole("button", { name: "Photographs", exact: true }).click();
  await page.getByLabel("Choose photographs").setInputFiles(franck("02888", "04035", "04117"));
  await page.getByRole("img", { name: "Picture 3" }).waitFor();
  await page.getByRole("button", { name: "Enrol", exact: true }).click();
  await page.getByText("This looks like Franck").waitFor();
  await page.setViewportSize({ ...DESK, height: 880 });
  await shoot(page, "enrol");
  await page.setViewportSize(DESK);
}

async function live(page, lately) {
  await page.goto("/ui/live");
  await page.locator(".camera canvas").first().waitFor();
  await page.locator(".stream").getByText("Franck").first().waitFor();
  await lately();
  await shoot(page, "live");
  await page.emulateMedia({ colorScheme: "dark" });
  await shoot(page, "live-dark");
  await page.emulateMedia({ colorScheme: "light" });
}

async function attendance(page) {
  await page.goto("/ui/attendance");
  await page
    .getByRole("row", { name: /Franck/ })
    .first()
    .waitFor();
  await shoot(page, "attendance");
  await page
    .getByRole("button", { name: /Details/ })
    .first()
    .click();
  await page.getByRole("dialog").waitFor();
  await shoot(page, "decision");
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("tab", { name: "Day" }).click();
  await page.getByRole("row", { name: /Franck/ }).waitFor();
  await shoot(page, "day");
  await page.getByRole("tab", { name: "Week" }).click();
  // The previous week is complete.
  await page.getByRole("button", { name: "Earlier" }).click();
  await page.getByRole("row", { name: /Ada/ }).waitFor();
  await shoot(page, "week");
  await page.getByRole("tab", { name: "All decisions" }).click();
  await page
    .getByRole("row", { name: /Not live/ })
    .first()
    .waitFor();
  await shoot(page, "decisions");
}

async function figures(page) {
  await page.goto("/ui/analytics");
  await page.getByRole("button", { name: "7 days" }).click();
  await page.getByRole("heading", { name: "Similarity against the threshold" }).waitFor();
  await page.setViewportSize({ ...DESK, height: 1500 });
  await shoot(page, "analytics");
  await page.setViewportSize(DESK);
}

async function system(page) {
  await page.setViewportSize({ ...DESK, height: 1060 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/ui/system");
  await page.getByRole("row", { name: /entrance/ }).waitFor();
  await page.getByText("Ready", { exact: true }).waitFor();
  await page.getByText(/1 page with/).waitFor();
  await shoot(page, "system-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(DESK);
}

async function phone(page) {
  await page.setViewportSize(PHONE);
  await page.goto("/ui/attendance");
  await page
    .getByRole("row", { name: /Franck/ })
    .first()
    .waitFor();
  await shoot(page, "phone");
}

async function kiosk(page) {
  // A short cooldown, so that the kiosk greets a person who was just at the entrance.
  await server.stop();
  server.extra.COOLDOWN_SECONDS = "3";
  await server.start();
  await page.setViewportSize({ width: 720, height: 510 });
  await page.goto("/ui/kiosk");
  await page.getByLabel("Name of this entrance").fill("lobby-tablet");
  await shoot(page, "kiosk-setup");
  await page.getByRole("button", { name: "Start" }).click();
  // At the second greeting the frame rate has settled.
  const greeting = page.getByText("Hello, Franck");
  await greeting.waitFor();
  await greeting.waitFor({ state: "detached" });
  await greeting.waitFor();
  await page.screenshot({ path: path.join(out, "kiosk.png") });
}

let camera;
const browser = await openBrowser(path.join(folder, "man.mjpeg"));
try {
  const timezoneId = afternoonZone();
  const lately = await fillServer(server, timezoneId);
  const page = await openPage(browser, server, { timezoneId, viewport: DESK });
  await page.goto("/ui/sign-in");
  await shoot(page, "sign-in");
  await signIn(page);
  await system(page);
  await people(page);
  camera = spawn(
    path.join(root, "build/release/bin/attend"),
    ["camera", "--headless", "--live", "--source", path.join(clips, "franck.mp4"), "--camera-id", "entrance"],
    { env: { ...server.environment, SERVER_URL: server.address }, cwd: folder, stdio: "ignore" },
  );
  await live(page, lately);
  await attendance(page);
  await figures(page);
  await phone(page);
  await kiosk(page);
} finally {
  camera?.kill("SIGTERM");
  await browser.close();
  await server.stop();
  await removeFolder(folder);
}
