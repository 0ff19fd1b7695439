// Keys, the pairing of a kiosk, and sessions, as an administrator and somebody at the door meet them.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import {
  assertAccessible,
  assertFaultless,
  installModels,
  makeFolder,
  missing,
  openBrowser,
  openPage,
  placePages,
  removeFolder,
  Server,
  signIn,
} from "./support.mjs";

const skip = missing() ?? false;
const options = { skip, timeout: 300_000 };
let folder, server, browser, page;

before(async () => {
  if (skip) return;
  folder = await makeFolder();
  await placePages(folder);
  await installModels(path.join(folder, "models"));
  server = new Server(folder);
  await server.start();
  browser = await openBrowser();
  page = await openPage(browser, server);
});

after(async () => {
  await browser?.close();
  await server?.stop();
  if (folder) await removeFolder(folder);
});

const REFUSED = [/status of (401|403|404|409)/, /WebSocket/];

test("a key is shown once, and whoever signs in with it sees what its role may see", options, async () => {
  await signIn(page, "/access");
  await page.getByText("Server's API key (Administrator)").waitFor();
  await page.getByText("No key has been made yet").waitFor();
  await assertAccessible(page, "access");
  await page.getByRole("button", { name: "Make a key" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Ada at the desk");
  await page.getByLabel("Role", { exact: true }).selectOption("viewer");
  await assertAccessible(page, "making a key");
  await page.getByRole("dialog").getByRole("button", { name: "Make a key" }).click();
  await page.getByText("This key is shown only now.").waitFor();
  const key = (await page.locator("code.secret").innerText()).trim();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("row", { name: /Ada at the desk.*Viewer.*never/ }).waitFor();
  assert.equal(await page.getByText(key).count(), 0);

  const viewer = await openPage(browser, server, { expected: REFUSED });
  await viewer.goto("/ui/sign-in?next=/people");
  await viewer.getByLabel("API key", { exact: true }).fill(key);
  await viewer.getByRole("button", { name: "Sign in" }).click();
  await viewer.getByText("Ada at the desk (Viewer)").waitFor();
  assert.equal(await viewer.getByRole("link", { name: "Access" }).count(), 0);
  await viewer.goto("/ui/access");
  await viewer.getByText("Only administrators manage keys and sessions.").waitFor();

  // Revoked, the key ends the session of whoever signed in with it.
  await page.reload();
  await page
    .getByRole("region", { name: "Signed in" })
    .getByRole("row", { name: /Ada at the desk/ })
    .waitFor();
  await page.getByRole("button", { name: "Revoke Ada at the desk" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("No key has been made yet").waitFor();
  await viewer.waitForURL("**/ui/sign-in?next=*");
  assertFaultless(viewer);
  await viewer.close();
});

test("a rotated key and its successor work next to each other for a time", options, async () => {
  const made = await server.post("/api/v1/keys", { name: "Badge printer", role: "viewer" });
  await page.reload();
  await page.getByRole("button", { name: "Rotate Badge printer" }).click();
  await page.getByLabel("The old key works for").selectOption("3600");
  await page.getByRole("dialog").getByRole("button", { name: "Rotate" }).click();
  const fresh = (await page.locator("code.secret").innerText()).trim();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText(/The key from before the rotation works until/).waitFor();
  for (const key of [made.key, fresh])
    assert.equal(
      (await fetch(`${server.address}/api/v1/persons`, { headers: { "x-api-key": key } })).status,
      200,
    );
  await page.getByRole("button", { name: "Edit Badge printer" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Badge printer, ground floor");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row", { name: /Badge printer, ground floor/ }).waitFor();
});

test("a tablet is paired with a code, and left with the PIN only", options, async () => {
  await page.getByRole("button", { name: "Pair a kiosk or edge" }).click();
  await page.getByLabel("Name of the entrance").fill("north-door");
  await page.getByLabel("PIN to leave the kiosk page").fill("2468");
  await assertAccessible(page, "pairing");
  await page.getByRole("button", { name: "Show the code" }).click();
  await page.getByText(/The code works for (9|10):\d\d more/).waitFor();
  const code = (await page.locator("code.pairing-code").innerText()).trim();
  await assertAccessible(page, "a pairing code");

  const tablet = await openPage(browser, server, { expected: REFUSED });
  await tablet.goto("/ui/kiosk");
  await assertAccessible(tablet, "a tablet to be paired");
  await tablet.getByLabel("Code", { exact: true }).fill("AAAA-AAAA");
  await tablet.getByRole("button", { name: "Pair" }).click();
  await tablet.locator(".notice.bad").waitFor();
  await tablet.getByLabel("Code", { exact: true }).fill(code);
  await tablet.getByRole("button", { name: "Pair" }).click();
  assert.equal(await tablet.getByLabel("Name of this entrance").inputValue(), "north-door");
  // No script reads what was given to the tablet.
  assert.equal(await tablet.evaluate(() => document.cookie), "");
  assert.ok(!(await tablet.evaluate(() => JSON.stringify(localStorage))).includes(code));
  await tablet.getByLabel("Computed by").selectOption("wasm");
  await tablet.getByRole("button", { name: "Start" }).click();
  await tablet.getByText("north-door").waitFor();
  await tablet.getByRole("button", { name: "Stop" }).click();
  await tablet.getByLabel("PIN", { exact: true }).fill("1111");
  await tablet.getByRole("button", { name: "Leave" }).click();
  await tablet.getByRole("dialog").locator(".notice.bad").waitFor();
  await assertAccessible(tablet, "leaving the kiosk");
  await tablet.getByRole("button", { name: "Cancel" }).click();
  // Loaded again, it is the kiosk again; other pages lead back to it.
  await tablet.goto("/ui/people");
  await tablet.waitForURL("**/ui/kiosk*");
  await tablet.goto("/ui/kiosk?start");
  await tablet.getByRole("button", { name: "Stop" }).click();
  await tablet.getByLabel("PIN", { exact: true }).fill("2468");
  await tablet.getByRole("button", { name: "Leave" }).click();
  await tablet.getByRole("button", { name: "Start" }).waitFor();

  await page.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("region", { name: "Keys" }).getByRole("row", { name: /Device.*north-door/ });
  await row.getByRole("button", { name: /^Revoke/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await tablet.reload();
  await tablet.getByRole("heading", { name: "Pair this tablet" }).waitFor();
  assertFaultless(tablet);
  await tablet.close();
});

test("no console error, no foreign request in all of that", options, () => {
  assertFaultless(page);
});
