#pragma once
// Open-set identification in the terms of ISO/IEC 19795-1: people who are enrolled are searched for, and so are
// strangers. Pure functions over embeddings.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vision/eval/accuracy.h"

namespace sas::vision {

// Cross-domain similarity local scaling (Conneau et al., ICLR 2018) lowers the score of a face that resembles
// many people, and of a template that does.
inline constexpr std::size_t kCslsNeighbours = 10;
// The mean of the kCslsNeighbours highest of these cosines to other people; of all if there are fewer, 0 if there
// is none. `highest_first`.
[[nodiscard]] float neighbourhood(std::span<const float> highest_first);
// score - (probe + template) / 2, where both are neighbourhoods: the probe's among the people other than the
// candidate, the template's among the other templates.
[[nodiscard]] float csls(float score, float probe_neighbourhood, float template_neighbourhood);

struct OpenSetOptions {
  double false_identification_rate = 0.01;  // the share of strangers who are misnamed
  std::size_t splits = 40;                  // random choices of the photographs that are enrolled
  std::uint32_t seed = 1;
};

// A share with its 95 % interval over people (bootstrap) and choices of photographs.
struct OpenSetRate {
  double mean = 0;
  double low = 0;
  double high = 0;
};

struct OpenSetGroup {
  std::string name;
  std::size_t people = 0;     // who are searched for
  OpenSetRate missed;         // of searches for an enrolled person: FNIR
  OpenSetRate misidentified;  // of searches for a stranger: FPIR, at the threshold for everybody
};

// What a gallery with `photographs` of each person does at the wanted rate.
struct OpenSetResult {
  std::size_t photographs = 0;
  bool corrected = false;     // by csls()
  std::size_t people = 0;     // who have more photographs than that, so that one is left to search with
  std::size_t searches = 0;   // for them, in each split
  std::size_t strangers = 0;  // searches for people whose own template is left out, in each split
  bool measurable = true;     // false: fewer strangers than it takes to expect one to be misnamed
  double threshold = 0;       // for all splits together
  OpenSetRate missed;
  std::vector<OpenSetGroup> groups;  // empty: the people's names have no groups
};

struct OpenSetReport {
  OpenSetOptions options;  // `splits`: as many as were made; fewer for large sets
  std::size_t enrolled = 0;
  std::vector<OpenSetResult> results;  // one and three photographs, each without and with correction
};

// "east_asian" of "east_asian_03": what is before the number at the end. Empty: the name is of another form.
[[nodiscard]] std::string group_of(std::string_view person);

// Everybody is enrolled and everybody's other photographs are searched for, once as they are and once with the
// person's own template left out, as a stranger. A person is found if they are the best of all and their score
// is above the threshold. A person with too few photographs is enrolled with all but one. none: nobody has two
// samples, or there are fewer than three people.
[[nodiscard]] std::optional<OpenSetReport> measure_open_set(std::span<const Sample> samples,
                                                            const OpenSetOptions& options);

}  // namespace sas::vision
