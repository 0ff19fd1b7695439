#include "vision/eval/open_set.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <random>

#include <opencv2/core.hpp>

namespace sas::vision {
namespace {

constexpr std::size_t kResamples = 400;  // bootstraps
// Cosines of one split times splits: bounds the time for large sets.
constexpr double kMostCosines = 2e9;
constexpr std::size_t kFewestSplits = 3;
constexpr float kLowest = -std::numeric_limits<float>::infinity();

struct Neighbour {
  float cosine = kLowest;
  std::size_t person = 0;
};

// The people nearest to something, best first; enough for a candidate, somebody to leave out, and the
// neighbourhood of the rest.
class NearestPeople {
 public:
  void offer(float cosine, std::size_t person) {
    if (count_ == best_.size() && cosine <= best_.back().cosine) return;
    if (count_ < best_.size()) ++count_;
    std::size_t at = count_ - 1;
    for (; at > 0 && best_.at(at - 1).cosine < cosine; --at) best_.at(at) = best_.at(at - 1);
    best_.at(at) = {cosine, person};
  }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] const Neighbour& front() const { return best_.front(); }
  [[nodiscard]] float neighbourhood_without(std::size_t a, std::size_t b) const {
    std::array<float, kCslsNeighbours + 2> cosines{};
    std::size_t count = 0;
    for (std::size_t i = 0; i < count_; ++i)
      if (best_.at(i).person != a && best_.at(i).person != b) cosines.at(count++) = best_.at(i).cosine;
    return neighbourhood(std::span(cosines).first(count));
  }

 private:
  std::array<Neighbour, kCslsNeighbours + 2> best_{};
  std::size_t count_ = 0;
};

// The outcome of one search.
struct Search {
  std::size_t person = 0;  // who it was
  float raw = kLowest;     // kLowest: somebody else was better, so no threshold finds them
  float corrected = kLowest;
};

struct Split {
  std::vector<Search> mated;
  std::vector<Search> strangers;
};

struct People {
  std::vector<std::string> names;
  std::vector<std::vector<std::size_t>> samples;  // by person
  cv::Mat embeddings;                             // one row a sample
};

People people_in(std::span<const Sample> samples) {
  People people;
  std::map<std::string_view, std::size_t> ids;
  people.embeddings.create(static_cast<int>(samples.size()), static_cast<int>(kEmbeddingSize), CV_32F);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto [at, is_new] = ids.try_emplace(samples[i].person, people.names.size());
    if (is_new) {
      people.names.push_back(samples[i].person);
      people.samples.emplace_back();
    }
    people.samples[at->second].push_back(i);
    std::ranges::copy(samples[i].embedding.values(), people.embeddings.ptr<float>(static_cast<int>(i)));
  }
  return people;
}

// Calls `use(row, person, cosine)` for each row of `rows` and each template, a block of rows at a time.
template <class Use>
void each_cosine(const cv::Mat& rows, const cv::Mat& templates, Use&& use) {
  constexpr int kBlock = 256;
  cv::Mat cosines;
  for (int begin = 0; begin < rows.rows; begin += kBlock) {
    const int end = std::min(begin + kBlock, rows.rows);
    cv::gemm(rows.rowRange(begin, end), templates, 1, cv::noArray(), 0, cosines, cv::GEMM_2_T);
    for (int row = begin; row < end; ++row)
      for (int person = 0; person < templates.rows; ++person)
        use(static_cast<std::size_t>(row), static_cast<std::size_t>(person),
            cosines.at<float>(row - begin, person));
  }
}

Split split(const People& people, std::size_t photographs, std::mt19937& random) {
  struct Probe {
    std::size_t person = 0;
    bool mated = false;
    float own = 0;
    NearestPeople others{};
  };
  const std::size_t count = people.names.size();
  cv::Mat templates = cv::Mat::zeros(static_cast<int>(count), people.embeddings.cols, CV_32F);
  std::vector<Probe> probes;
  std::vector<int> rows;
  for (std::size_t person = 0; person < count; ++person) {
    auto own = people.samples[person];
    std::ranges::shuffle(own, random);
    const auto enrolled = std::min(photographs, std::max<std::size_t>(1, own.size() - 1));
    cv::Mat sum = templates.row(static_cast<int>(person));
    for (std::size_t i = 0; i < enrolled; ++i) sum += people.embeddings.row(static_cast<int>(own[i]));
    cv::normalize(sum, sum);
    // Somebody's only photograph is searched for as a stranger's.
    for (std::size_t i = own.size() == 1 ? 0 : enrolled; i < own.size(); ++i) {
      probes.push_back({person, own.size() > photographs});
      rows.push_back(static_cast<int>(own[i]));
    }
  }
  cv::Mat searched(static_cast<int>(rows.size()), people.embeddings.cols, CV_32F);
  for (std::size_t i = 0; i < rows.size(); ++i)
    people.embeddings.row(rows[i]).copyTo(searched.row(static_cast<int>(i)));

  std::vector<NearestPeople> near_templates(count);
  each_cosine(templates, templates, [&](std::size_t row, std::size_t person, float cosine) {
    if (row != person) near_templates[row].offer(cosine, person);
  });
  each_cosine(searched, templates, [&](std::size_t row, std::size_t person, float cosine) {
    auto& probe = probes[row];
    if (person == probe.person)
      probe.own = cosine;
    else
      probe.others.offer(cosine, person);
  });

  Split result;
  for (const auto& probe : probes) {
    const auto& best = probe.others.front();
    if (probe.mated) {
      Search search{probe.person};
      if (probe.own > best.cosine) {
        search.raw = probe.own;
        search.corrected =
            csls(probe.own, probe.others.neighbourhood_without(probe.person, probe.person),
                 near_templates[probe.person].neighbourhood_without(probe.person, probe.person));
      }
      result.mated.push_back(search);
    }
    result.strangers.push_back(
        {probe.person, best.cosine,
         csls(best.cosine, probe.others.neighbourhood_without(best.person, probe.person),
              near_templates[best.person].neighbourhood_without(best.person, probe.person))});
  }
  return result;
}

using Weights = std::vector<double>;  // of each person

// The score above which at most this share of the strangers is.
float threshold_for(double rate, std::vector<Search>& strangers, float Search::*score,
                    const Weights& weights) {
  std::ranges::sort(strangers, std::greater{}, score);
  double total = 0;
  for (const auto& search : strangers) total += weights[search.person];
  double accepted = 0;
  for (const auto& search : strangers) {
    accepted += weights[search.person];
    if (accepted > rate * total) return search.*score;
  }
  return kLowest;
}

struct Share {
  double above = 0;
  double total = 0;
};

// By group, the share of searches with a score above the threshold; the last entry is of everybody.
std::vector<Share> shares_above(std::span<const Search> searches, float Search::*score, float threshold,
                                const Weights& weights, std::span<const std::size_t> group,
                                std::size_t groups) {
  std::vector<Share> shares(groups + 1);
  for (const auto& search : searches)
    for (const auto index : {group[search.person], groups}) {
      shares[index].total += weights[search.person];
      if (search.*score > threshold) shares[index].above += weights[search.person];
    }
  return shares;
}

// One share, as measured and as it comes out of resamples.
struct Values {
  double estimate = 0;
  std::vector<double> resampled;

  [[nodiscard]] OpenSetRate rate() {
    OpenSetRate rate;
    rate.mean = estimate;
    if (resampled.empty()) return rate;
    std::ranges::sort(resampled);
    const auto last = static_cast<double>(resampled.size() - 1);
    rate.low = resampled[static_cast<std::size_t>(std::floor(0.025 * last))];
    rate.high = resampled[static_cast<std::size_t>(std::ceil(0.975 * last))];
    return rate;
  }
};

struct Grouping {
  std::vector<std::string> names;
  std::vector<std::size_t> of;  // by person
};

Grouping groups_of(const People& people) {
  Grouping grouping;
  std::map<std::string, std::size_t> ids;
  for (const auto& name : people.names) ids.try_emplace(group_of(name), 0);
  for (auto& [name, id] : ids) {
    id = grouping.names.size();
    grouping.names.push_back(name);
  }
  for (const auto& name : people.names) grouping.of.push_back(ids.at(group_of(name)));
  return grouping;
}

OpenSetResult summarise(const std::vector<Split>& splits, std::size_t photographs, bool corrected,
                        const People& people, const Grouping& grouping, const OpenSetOptions& options) {
  const auto score = corrected ? &Search::corrected : &Search::raw;
  const std::size_t groups = grouping.names.size();
  const std::size_t count = people.names.size();
  std::mt19937 random(options.seed);
  std::uniform_int_distribution<std::size_t> anybody(0, count - 1);
  std::uniform_int_distribution<std::size_t> any_split(0, splits.size() - 1);
  // Everybody is a stranger to every split's gallery: together they show a rate that one split cannot.
  std::vector<Search> strangers;
  std::vector<Search> mated;
  for (const auto& split : splits) {
    strangers.insert(strangers.end(), split.strangers.begin(), split.strangers.end());
    mated.insert(mated.end(), split.mated.begin(), split.mated.end());
  }
  OpenSetResult result;
  result.photographs = photographs;
  result.corrected = corrected;
  std::vector<Values> missed(groups + 1);
  std::vector<Values> misidentified(groups + 1);
  for (std::size_t resample = 0; resample <= kResamples; ++resample) {
    const bool all = resample == 0;  // the estimate itself; then its bootstraps, each over one split
    Weights weights(count, all ? 1 : 0);
    for (std::size_t i = 0; !all && i < count; ++i) ++weights[anybody(random)];
    const float threshold = threshold_for(options.false_identification_rate, strangers, score, weights);
    if (all) result.threshold = static_cast<double>(threshold);
    const auto found = shares_above(all ? mated : splits[any_split(random)].mated, score, threshold, weights,
                                    grouping.of, groups);
    const auto taken = shares_above(strangers, score, threshold, weights, grouping.of, groups);
    const auto note = [&](Values& values, double share) {
      if (all)
        values.estimate = share;
      else
        values.resampled.push_back(share);
    };
    for (std::size_t group = 0; group <= groups; ++group) {
      if (found[group].total > 0) note(missed[group], 1 - (found[group].above / found[group].total));
      if (taken[group].total > 0) note(misidentified[group], taken[group].above / taken[group].total);
    }
  }
  std::vector<std::size_t> searched(groups + 1);
  for (std::size_t person = 0; person < count; ++person)
    if (people.samples[person].size() > photographs)
      for (const auto index : {grouping.of[person], groups}) ++searched[index];
  result.people = searched[groups];
  result.searches = splits.front().mated.size();
  result.strangers = splits.front().strangers.size();
  result.measurable = options.false_identification_rate * static_cast<double>(result.strangers) >= 1;
  result.missed = missed[groups].rate();
  const bool named =
      std::ranges::count_if(grouping.names, [](const auto& name) { return !name.empty(); }) > 1;
  for (std::size_t group = 0; named && group < groups; ++group)
    result.groups.push_back({.name = grouping.names[group].empty() ? "others" : grouping.names[group],
                             .people = searched[group],
                             .missed = missed[group].rate(),
                             .misidentified = misidentified[group].rate()});
  return result;
}

}  // namespace

float neighbourhood(std::span<const float> highest_first) {
  const auto used = highest_first.first(std::min(highest_first.size(), kCslsNeighbours));
  if (used.empty()) return 0;
  return std::accumulate(used.begin(), used.end(), 0.0F) / static_cast<float>(used.size());
}

float csls(float score, float probe_neighbourhood, float template_neighbourhood) {
  return score - ((probe_neighbourhood + template_neighbourhood) / 2);
}

std::string group_of(std::string_view person) {
  const auto underscore = person.rfind('_');
  if (underscore == std::string_view::npos || underscore == 0 || underscore + 1 == person.size()) return {};
  const auto number = person.substr(underscore + 1);
  if (!std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; })) return {};
  return std::string(person.substr(0, underscore));
}

std::optional<OpenSetReport> measure_open_set(std::span<const Sample> samples,
                                              const OpenSetOptions& options) {
  const auto people = people_in(samples);
  // A stranger among two people, one of whom is left out, has only one candidate and no neighbourhood.
  if (people.names.size() < 3 ||
      std::ranges::none_of(people.samples, [](const auto& own) { return own.size() > 1; }))
    return std::nullopt;
  OpenSetReport report;
  report.options = options;
  report.enrolled = people.names.size();
  const double cosines =
      static_cast<double>(people.names.size()) * static_cast<double>(samples.size() + people.names.size());
  report.options.splits =
      std::max(std::min(kFewestSplits, options.splits),
               std::min(options.splits, static_cast<std::size_t>(std::min(kMostCosines / cosines, 1e9))));
  const auto grouping = groups_of(people);
  for (const std::size_t photographs : {1U, 3U}) {
    if (std::ranges::none_of(people.samples, [&](const auto& own) { return own.size() > photographs; }))
      continue;
    std::mt19937 random(options.seed);
    std::vector<Split> splits;
    for (std::size_t i = 0; i < report.options.splits; ++i)
      splits.push_back(split(people, photographs, random));
    for (const bool corrected : {false, true})
      report.results.push_back(summarise(splits, photographs, corrected, people, grouping, report.options));
  }
  return report;
}

}  // namespace sas::vision
