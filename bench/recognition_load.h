#pragma once
// A crowd for a server under load: people to enrol, and sightings of them whose right answers are known.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "domain/embedding.h"
#include "load_generator.h"

namespace sas::bench {

// The bodies that are sent.
enum class Wire {
  vector,  // {"vector": [512 numbers of six digits], "camera_id": …}, as Python writes it: 5.9 KB
  compact  // what our edge sends: one byte a dimension, event id, times, quality: 0.9 KB
};

// Whose answers are read.
enum class Dialect { ours, seed };

struct CrowdOptions {
  std::size_t people = 10000;
  // Different sightings, sent over and over. Nobody comes again before as many others as there can be.
  std::size_t pictures = 4096;
  double strangers = 0;  // share of the sightings that show nobody enrolled, 0..1
  std::uint64_t seed = 1;
};

// Everybody is in memory once; makes requests for any server.
class Crowd {
 public:
  explicit Crowd(const CrowdOptions& options);

  [[nodiscard]] std::size_t people() const { return identities_.size(); }
  // Everyone's enrolment, to be sent with put_under_load (people() requests).
  [[nodiscard]] std::function<void(LoadRequest&)> enrolments(const LoadTarget& target) const;
  // Sightings without end, the same in every run. `any_known_outcome`: "cooldown" is as right as "marked".
  [[nodiscard]] std::function<void(LoadRequest&)> sightings(const LoadTarget& target, Wire wire,
                                                            Dialect dialect, bool any_known_outcome) const;
  // The bytes of one body.
  [[nodiscard]] std::size_t body_bytes(Wire wire) const;

  // For PostgreSQL's COPY: a number and a vector a line, as the seed's table wants them.
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
