// Runs the browser tests. If they cannot run here, prints why and exits with 77, which ctest takes as skipped.
import { spawn } from "node:child_process";
import path from "node:path";
import { missing } from "./support.mjs";

const reason = missing();
if (reason) {
  console.log(`browser: Skipped\n${reason}`);
  process.exit(77);
}
const files = process.argv.slice(2).map((name) => path.join(import.meta.dirname, `${name}.test.mjs`));
// Later steps depend on earlier ones, so the first failure is the one to read.
const tests = spawn(process.execPath, ["--test", "--test-reporter=spec", ...files], { stdio: "inherit" });
tests.on("exit", (code) => process.exit(code ?? 1));
