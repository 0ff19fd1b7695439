# Compares what each target includes with what it links. Input: layers.txt as cmake/Layers.cmake writes it, then the paths
# of all headers, one a line. Prints each breach as FILE:LINE: WHAT; the exit status is 1 if there is any.
# POSIX awk. -v root=FOLDER: where the paths start.

FNR == NR && $1 == "target" {
  targets[++target_count] = $2
  kind[$2] = $3
  folder[$2] = $4
  if ($3 == "library") libraries[$4] = libraries[$4] " " $2
  next
}
FNR == NR && $1 == "source" {
  sources[$2] = sources[$2] " " folder[$2] "/" $3
  stem = $3
  sub(/\.[a-z]+$/, "", stem)
  if (kind[$2] == "library" || !((folder[$2] "/" stem) in by_stem)) by_stem[folder[$2] "/" stem] = $2
  next
}
FNR == NR && $1 == "links" { links[$2] = links[$2] " " $3; next }
FNR == NR && $1 == "offers" { offers[$2] = offers[$2] " " $3; next }
FNR != NR { headers[$1]; header_list[++header_count] = $1 }

function folder_of(path) { sub(/\/[^\/]*$/, "", path); return path }

# The targets that a header belongs to: the one that compiles the file of its name, else the libraries of its folder.
function owners_of(header, stem) {
  stem = header
  sub(/\.h$/, "", stem)
  if (stem in by_stem) return by_stem[stem]
  return libraries[folder_of(header)]
}

# Adds what `target` offers to `allowed[for_target, …]`.
function allow(for_target, target, list, count, i) {
  if ((for_target, target) in allowed) return
  allowed[for_target, target]
  count = split(offers[target], list, " ")
  for (i = 1; i <= count; i++) allow(for_target, list[i])
}

function resolve(file, name, place, i) {
  place = folder_of(file) "/" name
  if (place in headers) return place
  for (i = 1; i <= root_count; i++) {
    place = roots[i] "/" name
    if (place in headers) return place
  }
  return ""  # generated, or somebody else's
}

function visit(target, file, line, number, name, header, owners, list, count, i, good) {
  if ((target, file) in visited) return
  visited[target, file]
  reached[file]
  number = 0
  while ((getline line < (root "/" file)) > 0) {
    number++
    if (line !~ /^[ \t]*#[ \t]*include[ \t]*"/) continue
    name = line
    sub(/^[^"]*"/, "", name)
    sub(/".*$/, "", name)
    header = resolve(file, name)
    if (header == "") continue
    owners = owners_of(header)
    good = 0
    count = split(owners, list, " ")
    for (i = 1; i <= count; i++) if ((target, list[i]) in allowed) good = 1
    # A header that only the tests of a folder use belongs to them.
    if (!good && folder_of(header) == folder[target]) good = 1
    if (!good) {
      breaches[file ":" number ": " target " includes \"" name "\" and does not link " (count ? list[1] : "what owns it")]
      continue
    }
    if (index(" " owners " ", " " target " ") || (folder_of(header) == folder[target] && !(header in reached))) {
      pending[++pending_count] = header
      pending_target[pending_count] = target
    }
  }
  close(root "/" file)
}

function visit_sources(wanted, t, list, count, i) {
  for (t = 1; t <= target_count; t++) {
    if (kind[targets[t]] != wanted) continue
    count = split(sources[targets[t]], list, " ")
    for (i = 1; i <= count; i++) visit(targets[t], list[i])
    visit_pending()
  }
}

function visit_pending() {
  while (pending_count > 0) {
    pending_count--
    visit(pending_target[pending_count + 1], pending[pending_count + 1])
  }
}

END {
  root_count = split("src apps tests bench", roots, " ")
  for (t = 1; t <= target_count; t++) {
    allowed[targets[t], targets[t]]
    count = split(links[targets[t]] " " offers[targets[t]], list, " ")
    for (i = 1; i <= count; i++) allow(targets[t], list[i])
  }
  visit_sources("library")
  visit_sources("program")
  for (h = 1; h <= header_count; h++) {
    if (header_list[h] in reached) continue
    if (split(owners_of(header_list[h]), list, " ") > 0) visit(list[1], header_list[h])
    visit_pending()
  }
  found = 0
  for (b in breaches) {
    print b
    found++
  }
  exit found > 0
}
