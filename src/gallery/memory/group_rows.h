#pragma once
// Where the rows of a group's people are in a partition. Found by reading the ids of every row once, cached
// for the next search in the same group, and updated with the rows added since.

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "gallery/gallery.h"
#include "gallery/memory/chunk.h"

namespace sas::gallery {

// With at least one member per this many rows, a search scans the chunk's planes and drops other people's
// rows, which measured faster. Below that, it reads only the codes of the members' rows.
inline constexpr std::size_t kRowsPerMember = 16;

// The rows of one chunk that belong to the group, including removed rows.
struct GroupChunk {
  std::weak_ptr<const Chunk> chunk;
  std::size_t rows = 0;                // how many of the chunk's rows have been examined
  std::size_t members = 0;             // how many of those belong to the group
  std::vector<std::uint16_t> few;      // their row numbers, ascending, if few
  std::unique_ptr<const RowSet> many;  // the same as a bitmap, if many; otherwise null
};

struct GroupRows {
  std::vector<std::shared_ptr<const GroupChunk>> chunks;  // in the order of the view this was built for

  [[nodiscard]] std::size_t bytes() const;
};

// `before`, if given, belongs to the same group in an earlier or later state of the same partition.
[[nodiscard]] std::shared_ptr<const GroupRows> find_group_rows(const PartitionView& view,
                                                               const PersonGroup& people,
                                                               const GroupRows* before);

// Cache for groups searched recently. Thread-safe. The lock is held only for a lookup, never during a search
// or while rows are collected.
class GroupMemory {
 public:
  [[nodiscard]] std::shared_ptr<const GroupRows> rows(const GalleryPartition& partition,
                                                      const std::shared_ptr<const PartitionView>& view,
                                                      const std::shared_ptr<const PersonGroup>& people);
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Known {
    std::weak_ptr<const PersonGroup> people;  // if expired, its address may have been reused by another group
    std::weak_ptr<const PartitionView> view;
    std::shared_ptr<const GroupRows> rows;
    std::uint64_t used = 0;
  };
  using Key = std::pair<const PersonGroup*, GalleryPartition>;

  [[nodiscard]] Known known(const Key& key, const std::shared_ptr<const PersonGroup>& people);
  void keep(const Key& key, Known known);

  mutable std::mutex mutex_;
  std::map<Key, Known> known_;  // guarded by mutex_
  std::uint64_t uses_ = 0;      // guarded by mutex_
};

}  // namespace sas::gallery
