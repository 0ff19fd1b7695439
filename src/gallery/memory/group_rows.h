#pragma once
// Where the rows of a group's people lie in a partition. Found by reading the ids of every row once, kept for
// the next search among the same group, and brought up to date with the rows that have come since.

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

// From one member in so many rows on, a search reads the chunk's planes and drops the rows of others, which
// measured as the faster way; below, it reads only the codes of the members' rows.
inline constexpr std::size_t kRowsPerMember = 16;

// The rows of one chunk that are of the group, the removed among them.
struct GroupChunk {
  std::weak_ptr<const Chunk> chunk;
  std::size_t rows = 0;                // how many of the chunk's rows have been looked at
  std::size_t members = 0;             // how many of these are of the group
  std::vector<std::uint16_t> few;      // their numbers, ascending, as long as they are few
  std::unique_ptr<const RowSet> many;  // they, when they are not; null otherwise
};

struct GroupRows {
  std::vector<std::shared_ptr<const GroupChunk>> chunks;  // as in the view that this was made for

  [[nodiscard]] std::size_t bytes() const;
};

// `before`, where given, is of the same group in an earlier or later state of the same partition.
[[nodiscard]] std::shared_ptr<const GroupRows> find_group_rows(const PartitionView& view,
                                                               const PersonGroup& people,
                                                               const GroupRows* before);

// What is known of the groups that were searched among lately. Thread-safe; its lock is held for a look-up,
// never while anything is searched or found.
class GroupMemory {
 public:
  [[nodiscard]] std::shared_ptr<const GroupRows> rows(const GalleryPartition& partition,
                                                      const std::shared_ptr<const PartitionView>& view,
                                                      const std::shared_ptr<const PersonGroup>& people);
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Known {
    std::weak_ptr<const PersonGroup> people;  // an expired one's address may be another group's by now
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
