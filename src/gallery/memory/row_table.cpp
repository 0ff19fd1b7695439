#include "gallery/memory/row_table.h"

#include <algorithm>
#include <bit>

namespace sas::gallery {
namespace {

constexpr std::size_t kRowBits = 14;
static_assert(std::size_t{1} << kRowBits == kChunkRows);

constexpr std::uint32_t slot_of(std::uint32_t handle) { return handle >> kRowBits; }
constexpr std::uint32_t row_of(std::uint32_t handle) { return handle & (kChunkRows - 1); }

std::size_t living(const ChunkView& view) { return view.rows - view.dead_rows; }

std::size_t fitting_capacity(std::size_t rows) {
  // Planes are whole cache lines, except in the smallest galleries.
  const std::size_t unit = rows > kBlockRows ? kBlockRows : kSquareRows;
  return std::min(kChunkRows, std::max(unit, (rows + unit - 1) / unit * unit));
}

}  // namespace

template <class Id>
Id RowTable::ById<Id>::id(Handle handle) const {
  if constexpr (std::is_same_v<Id, FaceId>)
    return table->ids_of(handle).face;
  else
    return table->ids_of(handle).person;
}

RowTable::RowTable()
    : by_face_(0, ById<FaceId>{this}, ById<FaceId>{this}),
      by_person_(0, ById<PersonId>{this}, ById<PersonId>{this}) {}

const RowIds& RowTable::ids_of(Handle handle) const {
  return slots_[slot_of(handle)].chunk->ids(row_of(handle));
}

RowTable::Handle& RowTable::next_of(Handle handle) {
  return slots_[slot_of(handle)].next_of_person[row_of(handle)];
}

void RowTable::expect(const GalleryPartition& partition, std::size_t rows) {
  partitions_[partition].expected += rows;
  by_face_.reserve(by_face_.size() + rows);
}

void RowTable::put(const GalleryPartition& partition, const RowIds& ids, StoredView stored) {
  remove_face(ids.face);
  const auto place = partitions_.try_emplace(partition).first;
  append(place->second, place->first, ids, stored);
  place->second.added_or_removed.push_back({ids.person, stored});
}

void RowTable::restore(const GalleryPartition& partition, const RowIds& ids, StoredView stored,
                       const std::optional<RowNeighbourhood>& known) {
  remove_face(ids.face);
  const auto place = partitions_.try_emplace(partition).first;
  append(place->second, place->first, ids, stored);
  const ChunkView& last = place->second.view.chunks.back();
  last.chunk->set_neighbourhood(last.rows - 1, known);
}

void RowTable::remove_face(FaceId face) {
  const auto found = by_face_.find(face);
  if (found != by_face_.end()) erase(*found);
}

void RowTable::remove_person(PersonId person) {
  // Erasing may move the person's other rows, so each is looked up again.
  for (auto found = by_person_.find(person); found != by_person_.end(); found = by_person_.find(person))
    erase(*found);
}

void RowTable::link(Handle handle) {
  by_face_.insert(handle);
  const auto [head, alone] = by_person_.insert(handle);
  next_of(handle) = kNone;
  if (!alone) {
    next_of(handle) = next_of(*head);
    next_of(*head) = handle;
  }
}

void RowTable::unlink(Handle handle) {
  by_face_.erase(by_face_.find(handle));
  const auto found = by_person_.find(ids_of(handle).person);
  const Handle head = *found;
  const Handle next = next_of(handle);
  if (head == handle) {
    by_person_.erase(found);
    if (next != kNone) by_person_.insert(next);
    return;
  }
  Handle before = head;
  while (next_of(before) != handle) before = next_of(before);
  next_of(before) = next;
}

void RowTable::erase(Handle handle) {
  unlink(handle);
  const Slot& slot = slots_[slot_of(handle)];
  const GalleryPartition& key = *slot.partition;
  const std::size_t position = slot.position;
  Partition& partition = partitions_.find(key)->second;
  ChunkView& view = partition.view.chunks[position];
  partition.added_or_removed.push_back({ids_of(handle).person, view.chunk->stored(row_of(handle))});
  // Readers hold the old bitmap.
  auto dead = view.dead != nullptr ? std::make_shared<RowSet>(*view.dead) : std::make_shared<RowSet>();
  dead->set(row_of(handle));
  view.dead = std::move(dead);
  ++view.dead_rows;
  partition.changed = true;
  compact(partition, key, position);
}

void RowTable::append(Partition& partition, const GalleryPartition& key, const RowIds& ids,
                      StoredView stored) {
  make_room(partition, key);
  if (partition.expected > 0) --partition.expected;
  const std::size_t position = partition.view.chunks.size() - 1;
  ChunkView& view = partition.view.chunks[position];
  const Handle handle = (partition.slots[position] << kRowBits) | view.rows;
  append_row(view, ids, stored);
  link(handle);
  partition.unsealed.insert(position);
  partition.changed = true;
}

void RowTable::make_room(Partition& partition, const GalleryPartition& key) {
  auto& chunks = partition.view.chunks;
  if (!chunks.empty() && chunks.back().rows < chunks.back().chunk->capacity()) return;
  const std::size_t expected = std::max<std::size_t>(partition.expected, 1);
  if (chunks.empty()) {
    add_chunk(partition, key, 0, fitting_capacity(expected));
    return;
  }
  const std::size_t capacity = chunks.back().chunk->capacity();
  if (capacity == kChunkRows) {
    add_chunk(partition, key, chunks.size(), kChunkRows);
    return;
  }
  const std::size_t wanted = std::max(2 * capacity, living(chunks.back()) + expected);
  rewrite(partition, key, chunks.size() - 1, 1, fitting_capacity(wanted));
}

void RowTable::add_chunk(Partition& partition, const GalleryPartition& key, std::size_t position,
                         std::size_t capacity) {
  ChunkView view;
  view.chunk = std::make_shared<Chunk>(capacity);
  std::uint32_t slot = 0;
  if (free_slots_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  slots_[slot] = {view.chunk, &key, position, std::vector<Handle>(capacity, kNone)};
  partition.view.chunks.insert(partition.view.chunks.begin() + static_cast<std::ptrdiff_t>(position), view);
  partition.slots.insert(partition.slots.begin() + static_cast<std::ptrdiff_t>(position), slot);
  renumber(partition);
}

void RowTable::rewrite(Partition& partition, const GalleryPartition& key, std::size_t first,
                       std::size_t count, std::size_t capacity) {
  auto& chunks = partition.view.chunks;
  const std::vector<ChunkView> old(chunks.begin() + static_cast<std::ptrdiff_t>(first),
                                   chunks.begin() + static_cast<std::ptrdiff_t>(first + count));
  const std::vector<std::uint32_t> old_slots(
      partition.slots.begin() + static_cast<std::ptrdiff_t>(first),
      partition.slots.begin() + static_cast<std::ptrdiff_t>(first + count));
  partition.changed = true;
  partition.unsealed.clear();  // positions are about to change; take_changes() seals the rest
  if (capacity > 0) add_chunk(partition, key, first + count, capacity);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::uint32_t row = 0; row < old[i].rows; ++row) {
      if (old[i].is_dead(row)) continue;
      unlink((old_slots[i] << kRowBits) | row);
      ChunkView& view = chunks[first + count];
      const Handle handle = (partition.slots[first + count] << kRowBits) | view.rows;
      append_row(view, old[i].chunk->ids(row), old[i].chunk->stored(row));
      view.chunk->set_neighbourhood(view.rows - 1, old[i].chunk->neighbourhood(row));
      link(handle);
    }
    slots_[old_slots[i]] = {};
    free_slots_.push_back(old_slots[i]);
  }
  chunks.erase(chunks.begin() + static_cast<std::ptrdiff_t>(first),
               chunks.begin() + static_cast<std::ptrdiff_t>(first + count));
  partition.slots.erase(partition.slots.begin() + static_cast<std::ptrdiff_t>(first),
                        partition.slots.begin() + static_cast<std::ptrdiff_t>(first + count));
  renumber(partition);
  for (std::size_t position = 0; position < chunks.size(); ++position) partition.unsealed.insert(position);
}

void RowTable::compact(Partition& partition, const GalleryPartition& key, std::size_t position) {
  const auto& chunks = partition.view.chunks;
  const ChunkView& view = chunks[position];
  if (2 * std::size_t{view.dead_rows} < view.rows) return;
  // Merge with a neighbour if both fit in one chunk with room to spare, so that removals never leave a long
  // run of nearly empty chunks.
  const auto fits = [&](std::size_t other) {
    return other < chunks.size() && living(view) + living(chunks[other]) <= kChunkRows / 2;
  };
  std::size_t first = position;
  std::size_t count = 1;
  if (position > 0 && fits(position - 1)) {
    --first;
    ++count;
  } else if (fits(position + 1)) {
    ++count;
  }
  std::size_t alive = 0;
  for (std::size_t i = first; i < first + count; ++i) alive += living(chunks[i]);
  rewrite(partition, key, first, count, alive == 0 ? 0 : fitting_capacity(alive));
}

void RowTable::renumber(Partition& partition) {
  for (std::size_t position = 0; position < partition.slots.size(); ++position)
    slots_[partition.slots[position]].position = position;
}

std::vector<std::pair<GalleryPartition, std::shared_ptr<const PartitionView>>> RowTable::take_changes() {
  std::vector<std::pair<GalleryPartition, std::shared_ptr<const PartitionView>>> changes;
  for (auto& [key, partition] : partitions_) {
    partition.expected = 0;
    if (!partition.changed) continue;
    for (const std::size_t position : partition.unsealed) seal(partition.view.chunks[position]);
    partition.unsealed.clear();
    forget_neighbourhoods(partition.view, std::exchange(partition.added_or_removed, {}));
    partition.changed = false;
    changes.emplace_back(key, std::make_shared<PartitionView>(partition.view));
  }
  return changes;
}

std::size_t RowTable::bytes() const {
  std::size_t bytes = (by_face_.bucket_count() + by_person_.bucket_count()) * (sizeof(Handle) + 1);
  for (const Slot& slot : slots_) {
    bytes += sizeof(Slot) + slot.next_of_person.capacity() * sizeof(Handle);
    if (slot.chunk != nullptr) bytes += slot.chunk->bytes() + sizeof(ChunkView) + sizeof(TailPlanes);
  }
  return bytes;
}

}  // namespace sas::gallery
