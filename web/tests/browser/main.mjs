// Runs the tests in a browser; 77 and the reason where they cannot run here, as ctest is told.
import { spawn } from "node:child_process";
import path from "node:path";
import { missing } from "./support.mjs";

const reason = missing();
if (reason) {
  console.log(`browser: Skipped\n${reason}`);
  process.exit(77);
}
const files = process.argv.slice(2).map((name) => path.join(import.meta.dirname, `${name}.test.mjs`));
// A step that fails leaves nothing for the next to stand on, so the first failure is the one to read.
const tests = spawn(process.execPath, ["--test", "--test-reporter=spec", ...files], { stdio: "inherit" });
tests.on("exit", (code) => process.exit(code ?? 1));
