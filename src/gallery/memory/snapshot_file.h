#pragma once
// A gallery in a file, so that a start need not read every template from the store. Format: docs/gallery.md.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "gallery/gallery.h"
#include "gallery/memory/chunk.h"

namespace sas::gallery {

using PartitionViews = std::map<GalleryPartition, std::shared_ptr<const PartitionView>>;

// Replaces the file atomically, readable by its owner only. `fingerprint` is up to 4096 bytes that identify
// the matching state of the store. unavailable "snapshot_not_written": the message contains the system's
// reason.
[[nodiscard]] Result<void> write_snapshot(const std::filesystem::path& path, std::string_view fingerprint,
                                          const PartitionViews& partitions);

using RowSink = std::function<void(const GalleryPartition& partition, const RowIds& ids, StoredView stored,
                                   const std::optional<RowNeighbourhood>& neighbourhood)>;
using SizeSink = std::function<void(const GalleryPartition& partition, std::size_t rows)>;

// Passes every row to `sink`, preceded by each partition's row count to `size`. What was passed is valid only
// once this has succeeded. not_found "snapshot_missing"; failed_precondition "snapshot_stale" (another
// fingerprint) or "snapshot_incompatible" (another version or rotation); data_loss "snapshot_damaged".
[[nodiscard]] Result<void> read_snapshot(const std::filesystem::path& path, std::string_view fingerprint,
                                         const SizeSink& size, const RowSink& sink);

}  // namespace sas::gallery
