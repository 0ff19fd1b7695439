#pragma once
// Evaluation reports: text for people, JSON for programs, and plots.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "base/error.h"
#include "vision/eval/accuracy.h"
#include "vision/eval/liveness_accuracy.h"
#include "vision/eval/open_set.h"
#include "vision/eval/samples.h"

namespace sas::vision {

struct AccuracySubject {
  std::string what;  // "photographs in people/" or "the enrolled gallery"
  std::string pack;
  std::string embedder;
  std::size_t photographs = 0;  // 0: templates, nothing to acquire
  std::vector<Remark> failures;
  std::vector<Remark> poor;
  bool with_poor = false;  // they are in the figures all the same
  std::vector<Remark> ignored;
  std::size_t several_faces = 0;
  bool second_opinion = false;  // a second model checked the landmarks
};

[[nodiscard]] std::string to_text(const AccuracyReport& report, const AccuracySubject& subject,
                                  std::span<const Sample> samples);
[[nodiscard]] std::string to_text(const OpenSetReport& report);
[[nodiscard]] boost::json::object to_json(const OpenSetReport& report);
[[nodiscard]] boost::json::object to_json(const AccuracyReport& report, const AccuracySubject& subject,
                                          std::span<const Sample> samples);
// Writes distributions.png and det.png to `folder`, which is created. failed_precondition "plot_unwritable".
[[nodiscard]] Result<void> plot_accuracy(const AccuracyReport& report, const AccuracySubject& subject,
                                         const std::filesystem::path& folder);

struct LivenessSubject {
  std::string what;
  std::string pack;  // the pack that provides the liveness models
  int step = 1;      // of clips, every step-th frame is used
  std::vector<Remark> failures;
};

[[nodiscard]] std::string to_text(const LivenessReport& report, const LivenessSubject& subject,
                                  std::span<const LivenessSample> samples);
[[nodiscard]] boost::json::object to_json(const LivenessReport& report, const LivenessSubject& subject,
                                          std::span<const LivenessSample> samples);
// Writes liveness.png to `folder`.
[[nodiscard]] Result<void> plot_liveness(const LivenessReport& report, const LivenessSubject& subject,
                                         std::span<const LivenessSample> samples,
                                         const std::filesystem::path& folder);

}  // namespace sas::vision
