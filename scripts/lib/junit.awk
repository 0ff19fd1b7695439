# Reads what ctest --output-junit wrote. Prints "counts PASSED FAILED SKIPPED", then "failed NAME" and
# "skipped NAME<tab>reason" for each such case. The reason is what the test printed with GTEST_SKIP.
function attribute(line, name,    found) {
  if (!match(line, "[ \t]" name "=\"[^\"]*\"")) return ""
  found = substr(line, RSTART, RLENGTH)
  sub(/^[^"]*"/, "", found); sub(/"$/, "", found)
  return plain(found)
}
function plain(text) {
  gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "'", text)
  gsub(/&#x?0*[aAdD]?[0-9]*;/, " ", text); gsub(/&amp;/, "\\&", text)
  return text
}
function finish() {
  if (name == "") return
  if (skipped) { skips++; printf "skipped %s\t%s\n", name, reason == "" ? "no reason given" : reason }
  else if (status == "run" && !failure) passes++
  else { failures++; printf "failed %s\n", name }
  name = ""
}
/<testcase / { finish(); name = attribute($0, "name"); status = attribute($0, "status"); skipped = failure = 0; reason = ""; take = 0 }
# A program that is not there is "skipped" in ctest's words and a failure in ours.
/<skipped/ { if (/message="(SKIP_|Disabled)/ || status == "disabled") skipped = 1; else failure = 1 }
/<failure/ { failure = 1 }
/<\/system-out>/ || /^\[/ { take = 0 }
take && reason == "" && $0 !~ /^[ \t]*$/ { reason = plain($0); sub(/^[ \t]+/, "", reason); take = 0 }
/_test\.cpp:[0-9]+: Skipped|: Skipped$/ { take = 1 }
/<\/testcase>/ { finish() }
END { finish(); printf "counts %d %d %d\n", passes, failures, skips }
