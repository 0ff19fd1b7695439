#pragma once
// A crowd for a server under load: people to enrol, and sightings of them with known correct answers.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "domain/embedding.h"
#include "load_generator.h"

namespace sas::bench {

// The body formats.
enum class Wire {
  vector,  // {"vector": [512 numbers with six digits], "camera_id": …}, as written by Python: 5.9 KB
  compact  // as sent by our edge: one byte per dimension, event id, times, quality: 0.9 KB
};

// The server whose answers are parsed.
enum class Dialect { ours, seed };

struct CrowdOptions {
  std::size_t people = 10000;
  // Number of different sightings, sent in rotation. A person reappears only after as many others as
  // possible.
  std::size_t pictures = 4096;
  double strangers = 0;  // share of sightings of people who are not enrolled, 0..1
  std::uint64_t seed = 1;
};

// Holds everybody once in memory; creates requests for any server.
class Crowd {
 public:
  explicit Crowd(const CrowdOptions& options);

  [[nodiscard]] std::size_t people() const { return identities_.size(); }
  // The enrolments of all people, to be sent with put_under_load (people() requests).
  [[nodiscard]] std::function<void(LoadRequest&)> enrolments(const LoadTarget& target) const;
  // An endless sequence of sightings, the same in every run. `any_known_outcome`: accept "cooldown" as well
  // as "marked".
  [[nodiscard]] std::function<void(LoadRequest&)> sightings(const LoadTarget& target, Wire wire,
                                                            Dialect dialect, bool any_known_outcome) const;
  // The size of one body in bytes.
  [[nodiscard]] std::size_t body_bytes(Wire wire) const;

  // For PostgreSQL's COPY: one number and vector per line, in the format of the peer's table.
  void write_copy_rows(std::ostream& out) const;

 private:
  struct Picture {
    Embedding embedding;
    std::int64_t person;  // -1: a stranger
  };
  std::vector<Embedding> identities_;
  std::vector<Picture> pictures_;
};

}  // namespace sas::bench
