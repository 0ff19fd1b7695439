#include "kept_gallery.h"

#include <chrono>
#include <system_error>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/folder_sync.h"
#include "run_here.h"

namespace sas {
namespace {

using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point since) {
  return std::chrono::duration<double>(Steady::now() - since).count();
}

}  // namespace

KeptGallery::KeptGallery(TemplateStore& templates, std::filesystem::path snapshot)
    : templates_(templates), snapshot_(std::move(snapshot)) {}

Result<void> KeptGallery::fill() {
  const auto since = Steady::now();
  const auto say = [&](const char* source) {
    const GalleryStats stats = gallery_.stats();
    spdlog::info("gallery: {} faces of {} people, {:.1f} MB, filled from {} in {:.2f} s", stats.faces,
                 stats.people, static_cast<double>(stats.bytes) / 1e6, source, seconds_since(since));
  };
  const auto before = run_here(templates_.template_fingerprint());
  if (!before) return before.error();
  const auto loaded = gallery_.load(snapshot_, *before);
  if (loaded) {
    kept_fingerprint_ = *before;
    kept_ = true;
    say("its snapshot");
    return {};
  }
  if (loaded.error().code == "snapshot_missing")
    spdlog::debug("{}", loaded.error().message);
  else if (loaded.error().code == "snapshot_stale")
    spdlog::info("{}; rebuilding it from the store", loaded.error().message);
  else
    spdlog::warn("{}; rebuilding it from the store", loaded.error().message);

  // It may hold a face that has been removed since.
  if (loaded.error().code != "snapshot_missing") remove_file();
  if (auto filled = fill_from_store(); !filled) return filled;
  say("the store");
  // If another server changed the templates meanwhile, the gallery does not match any single state of the store.
  const auto after = run_here(templates_.template_fingerprint());
  if (!after) return after.error();
  if (*after == *before && gallery_.stats().faces > 0) save(*after);
  return {};
}

void KeptGallery::keep() {
  if (kept_) {
    keep_neighbourhoods();
    return;
  }
  if (unfinished_ != 0 || gallery_.stats().faces == 0) return;
  const auto fingerprint = run_here(templates_.template_fingerprint());
  const std::lock_guard lock(file_);
  if (fingerprint)
    save(*fingerprint);
  else
    spdlog::warn("the gallery's snapshot was not written: {}", fingerprint.error().message);
}

Result<void> KeptGallery::fill_from_store() {
  Result<void> added;
  const auto sink = [&](std::vector<FaceTemplate> faces) {
    std::vector<GalleryEntry> entries;
    entries.reserve(faces.size());
    for (FaceTemplate& face : faces)
      entries.push_back({{face.organisation, std::move(face.model)}, face.person, face.id, face.embedding});
    added = gallery_.add_now(entries);
    return added.has_value();
  };
  auto read = run_here(templates_.for_each_template(sink));
  if (!read) return read.error();
  return added;
}

void KeptGallery::save(const std::string& fingerprint) {
  const auto since = Steady::now();
  std::error_code ignored;  // writing the file reports the problem
  std::filesystem::create_directories(snapshot_.parent_path(), ignored);
  const auto saved = gallery_.save(snapshot_, fingerprint);
  kept_ = saved.has_value();
  kept_fingerprint_ = fingerprint;
  if (saved)
    spdlog::info("gallery: snapshot {} written in {:.2f} s", snapshot_.string(), seconds_since(since));
  else
    spdlog::warn("{}; the next start fills the gallery from the store", saved.error().message);
}

void KeptGallery::keep_neighbourhoods() {
  const std::lock_guard lock(file_);
  if (!kept_ || !prepared_.exchange(false)) return;
  save(std::string(kept_fingerprint_));
}

void KeptGallery::forget() {
  if (!kept_) return;
  const std::lock_guard lock(file_);
  if (kept_.exchange(false)) remove_file();
}

void KeptGallery::remove_file() const {
  std::error_code problem;
  if (std::filesystem::remove(snapshot_, problem)) problem = sync_folder(folder_of(snapshot_));
  if (problem)
    spdlog::warn(
        "the gallery's snapshot {} is out of date and cannot be deleted: {}; it contains biometric "
        "templates, so delete it",
        snapshot_.string(), problem.message());
}

Task<Result<std::vector<GalleryAnswer>>> KeptGallery::search(GalleryPartition partition,
                                                             std::span<const Embedding> probes) {
  return gallery_.search(std::move(partition), probes);
}

Task<Result<EnrolledProbes>> KeptGallery::probe_enrolled(GalleryPartition partition, std::size_t most) {
  return gallery_.probe_enrolled(std::move(partition), most);
}

Task<Result<std::size_t>> KeptGallery::prepare(GalleryPartition partition, std::size_t most) {
  const auto prepared = gallery_.prepare_now(partition, most);
  if (prepared > 0)
    prepared_ = true;
  else
    keep_neighbourhoods();
  co_return prepared;
}

Task<Result<void>> KeptGallery::add(std::vector<GalleryEntry> entries) {
  return change(gallery_.add(std::move(entries)));
}

Task<Result<void>> KeptGallery::remove_face(FaceId face) { return change(gallery_.remove_face(face)); }

Task<Result<void>> KeptGallery::remove_person(PersonId person) {
  return change(gallery_.remove_person(person));
}

Task<Result<void>> KeptGallery::change(Task<Result<void>> making) {
  ++unfinished_;  // not decremented if the change fails
  forget();
  auto made = co_await std::move(making);
  if (made) --unfinished_;
  co_return made;
}

}  // namespace sas
