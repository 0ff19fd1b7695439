#pragma once
// A gallery in a file, so that a start need not read every template from the store. The format is written
// down in docs/gallery.md.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "gallery/gallery.h"
#include "gallery/memory/chunk.h"

namespace sas::gallery {

using PartitionViews = std::map<GalleryPartition, std::shared_ptr<const PartitionView>>;

// Replaces the file as a whole or not at all, readable by its owner only. `fingerprint` is up to 4096 bytes
// that say what state of the store this is. unavailable "snapshot_not_written": the message has the system's
// reason.
[[nodiscard]] Result<void> write_snapshot(const std::filesystem::path& path, std::string_view fingerprint,
                                          const PartitionViews& partitions);

using RowSink = std::function<void(const GalleryPartition& partition, const RowIds& ids, StoredView stored)>;
using SizeSink = std::function<void(const GalleryPartition& partition, std::size_t rows)>;

// Gives every row to `sink`, and each partition's number of rows to `size` before them. What was given is
// valid only once this has succeeded. not_found "snapshot_missing"; failed_precondition "snapshot_stale"
// (other fingerprint) or "snapshot_incompatible" (other version, or rotation); data_loss "snapshot_damaged".
[[nodiscard]] Result<void> read_snapshot(const std::filesystem::path& path, std::string_view fingerprint,
                                         const SizeSink& size, const RowSink& sink);

}  // namespace sas::gallery
