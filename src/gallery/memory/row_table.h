#pragma once
// The writer's side of the in-memory gallery: the positions of all faces and of each person's faces, and the
// changes. Not thread-safe: its owner guards it. The PartitionViews it returns can be read from any thread.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

#include "gallery/gallery.h"
#include "gallery/memory/chunk.h"
#include "gallery/memory/neighbourhoods.h"

namespace sas::gallery {

class RowTable {
 public:
  RowTable();
  RowTable(const RowTable&) = delete;
  RowTable& operator=(const RowTable&) = delete;

  // Announces that `rows` rows are about to be added to the partition, so that it grows only once.
  void expect(const GalleryPartition& partition, std::size_t rows);
  // Replaces a face that already exists, in any partition.
  void put(const GalleryPartition& partition, const RowIds& ids, StoredView stored);
  // The same for a row of a snapshot: the neighbourhoods of all rows come with them and are not forgotten.
  void restore(const GalleryPartition& partition, const RowIds& ids, StoredView stored,
               const std::optional<RowNeighbourhood>& known);
  void remove_face(FaceId face);
  void remove_person(PersonId person);

  // The partitions changed since the last call, in their current state. An emptied one has no chunks. Neighbourhoods
  // that the changes touched are forgotten.
  [[nodiscard]] std::vector<std::pair<GalleryPartition, std::shared_ptr<const PartitionView>>> take_changes();

  [[nodiscard]] std::size_t faces() const { return by_face_.size(); }
  [[nodiscard]] std::size_t people() const { return by_person_.size(); }
  [[nodiscard]] std::size_t bytes() const;

 private:
  // Identifies a row: its chunk's slot, then the row in the chunk (12 bits). Using four bytes per face
  // instead of its sixteen-byte id keeps the two indexes small.
  using Handle = std::uint32_t;
  static constexpr Handle kNone = ~Handle{0};

  struct Partition {
    PartitionView view;
    std::vector<std::uint32_t> slots;  // of view.chunks, in the same order
    std::size_t expected = 0;
    std::vector<ChangedRow> added_or_removed;  // since the last take_changes()
    std::set<std::size_t> unsealed;  // positions of chunks with appends since the last take_changes()
    bool changed = false;
  };
  struct Slot {
    std::shared_ptr<Chunk> chunk;  // null: free
    const GalleryPartition* partition = nullptr;
    std::size_t position = 0;            // in the partition's view
    std::vector<Handle> next_of_person;  // links each row to another face of the same person
  };

  template <class Id>
  struct ById {
    using is_transparent = void;
    const RowTable* table;
    [[nodiscard]] Id id(Handle handle) const;
    std::size_t operator()(Handle handle) const { return std::hash<Id>{}(id(handle)); }
    std::size_t operator()(const Id& id) const { return std::hash<Id>{}(id); }
    bool operator()(Handle a, Handle b) const { return a == b || id(a) == id(b); }
    bool operator()(const Id& a, Handle b) const { return a == id(b); }
    bool operator()(Handle a, const Id& b) const { return id(a) == b; }
  };
  template <class Id>
  using Index = boost::unordered_flat_set<Handle, ById<Id>, ById<Id>>;

  [[nodiscard]] const RowIds& ids_of(Handle handle) const;
  [[nodiscard]] Handle& next_of(Handle handle);
  void link(Handle handle);
  void unlink(Handle handle);
  void erase(Handle handle);
  void append(Partition& partition, const GalleryPartition& key, const RowIds& ids, StoredView stored);
  void make_room(Partition& partition, const GalleryPartition& key);
  void add_chunk(Partition& partition, const GalleryPartition& key, std::size_t position,
                 std::size_t capacity);
  // Replaces `count` chunks from `first` with one that holds their living rows and has room for `capacity`
  // (or with none if no rows live and capacity is 0).
  void rewrite(Partition& partition, const GalleryPartition& key, std::size_t first, std::size_t count,
               std::size_t capacity);
  void compact(Partition& partition, const GalleryPartition& key, std::size_t position);
  void renumber(Partition& partition);

  std::map<GalleryPartition, Partition> partitions_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  Index<FaceId> by_face_;
  Index<PersonId> by_person_;  // one handle per person: the head of the list of their faces
};

}  // namespace sas::gallery
