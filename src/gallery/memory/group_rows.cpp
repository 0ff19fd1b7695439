#include "gallery/memory/group_rows.h"

#include <algorithm>
#include <optional>

#include <boost/unordered/unordered_flat_set.hpp>

namespace sas::gallery {
namespace {

// At a million templates a group takes about 150 kB at most, usually far less.
constexpr std::size_t kMostGroups = 512;
// With at least this many rows per person in the group, building a hash table pays off.
constexpr std::size_t kRowsPerHashed = 4;

class Membership {
 public:
  Membership(const PersonGroup& people, std::size_t rows) : people_(people) {
    if (rows >= kRowsPerHashed * people.people().size())
      hashed_.emplace(people.people().begin(), people.people().end());
  }
  [[nodiscard]] bool operator()(PersonId person) const {
    return hashed_ ? hashed_->contains(person) : people_.contains(person);
  }

 private:
  const PersonGroup& people_;
  std::optional<boost::unordered_flat_set<PersonId, std::hash<PersonId>>> hashed_;
};

std::shared_ptr<const GroupChunk> look_at(const ChunkView& view, const Membership& is_member,
                                          const GroupChunk* before) {
  auto found = std::make_shared<GroupChunk>();
  found->chunk = view.chunk;
  found->rows = view.rows;
  RowSet members;
  // A state of the chunk with fewer rows is a prefix of one with more.
  const std::size_t known = before == nullptr ? 0 : std::min<std::size_t>(before->rows, view.rows);
  if (before != nullptr) {
    if (before->many != nullptr) members = *before->many;
    for (const std::uint16_t row : before->few) members.set(row);
    for (std::size_t row = known; row < before->rows; ++row) members.reset(row);
  }
  for (std::size_t row = known; row < view.rows; ++row)
    if (is_member(view.chunk->ids(row).person)) members.set(row);
  found->members = members.count();
  if (found->members * kRowsPerMember > view.rows) {
    found->many = std::make_unique<const RowSet>(members);
  } else {
    found->few.reserve(found->members);
    for (std::size_t row = 0; found->few.size() < found->members; ++row)
      if (members.test(row)) found->few.push_back(static_cast<std::uint16_t>(row));
  }
  return found;
}

}  // namespace

std::size_t GroupRows::bytes() const {
  std::size_t bytes = chunks.capacity() * sizeof(chunks[0]);
  for (const auto& chunk : chunks)
    bytes += sizeof(GroupChunk) + chunk->few.capacity() * sizeof(std::uint16_t) +
             (chunk->many != nullptr ? sizeof(RowSet) : 0);
  return bytes;
}

std::shared_ptr<const GroupRows> find_group_rows(const PartitionView& view, const PersonGroup& people,
                                                 const GroupRows* before) {
  std::map<std::weak_ptr<const Chunk>, std::shared_ptr<const GroupChunk>, std::owner_less<>> known;
  if (before != nullptr)
    for (const auto& chunk : before->chunks) known.emplace(chunk->chunk, chunk);

  auto found = std::make_shared<GroupRows>();
  found->chunks.resize(view.chunks.size());
  std::size_t to_look_at = 0;
  for (std::size_t c = 0; c < view.chunks.size(); ++c) {
    const auto old = known.find(view.chunks[c].chunk);
    if (old != known.end()) found->chunks[c] = old->second;
    const std::size_t rows = old == known.end() ? 0 : old->second->rows;
    to_look_at += std::max<std::size_t>(rows, view.chunks[c].rows) - rows;
  }
  const Membership is_member(people, to_look_at);
  for (std::size_t c = 0; c < view.chunks.size(); ++c) {
    auto& chunk = found->chunks[c];
    if (chunk == nullptr || chunk->rows != view.chunks[c].rows)
      chunk = look_at(view.chunks[c], is_member, chunk.get());
  }
  return found;
}

std::shared_ptr<const GroupRows> GroupMemory::rows(const GalleryPartition& partition,
                                                   const std::shared_ptr<const PartitionView>& view,
                                                   const std::shared_ptr<const PersonGroup>& people) {
  const Key key{people.get(), partition};
  const Known before = known(key, people);
  if (before.rows != nullptr && before.view.lock() == view) return before.rows;
  auto rows = find_group_rows(*view, *people, before.rows.get());
  keep(key, {people, view, rows, 0});
  return rows;
}

std::size_t GroupMemory::bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t bytes = 0;
  for (const auto& [key, known] : known_) bytes += sizeof(key) + sizeof(known) + known.rows->bytes();
  return bytes;
}

GroupMemory::Known GroupMemory::known(const Key& key, const std::shared_ptr<const PersonGroup>& people) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(key);
  if (found == known_.end() || found->second.people.lock() != people) return {};
  found->second.used = ++uses_;
  return found->second;
}

void GroupMemory::keep(const Key& key, Known known) {
  const std::lock_guard lock(mutex_);
  known.used = ++uses_;
  if (known_.size() >= kMostGroups && !known_.contains(key)) {
    std::erase_if(known_, [](const auto& entry) { return entry.second.people.expired(); });
    if (known_.size() >= kMostGroups)
      known_.erase(std::min_element(known_.begin(), known_.end(), [](const auto& a, const auto& b) {
        return a.second.used < b.second.used;
      }));
  }
  known_[key] = std::move(known);
}

}  // namespace sas::gallery
