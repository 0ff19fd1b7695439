#pragma once
// How people are recognised.

#include <array>
#include <chrono>
#include <optional>

#include "config/settings.h"

namespace sas::config {

struct RecognitionConfig {
  std::optional<float> similarity_threshold;  // none: the model pack's own
  double false_identification_rate = 0.001;
  float ambiguity_margin = 0;
  std::optional<float> liveness_threshold;  // none: the liveness pack's own
  bool liveness_required = false;
  std::chrono::seconds cooldown{0};
  int oldest_event_days = 0;
};

inline constexpr int kLongestCooldown = 366 * 86400;

inline constexpr std::array kRecognitionSettings{
    setting<&RecognitionConfig::similarity_threshold>(
        {.name = "SIMILARITY_THRESHOLD",
         .readers = Readers::both,
         .when_unset =
             "the server calibrates it for the people enrolled (FALSE_IDENTIFICATION_RATE); where the "
             "model pack has no figures for that, the threshold measured for the pack",
         .least = 0,
         .most = 1,
         .help =
             "A fixed least cosine similarity of a match. A threshold of one model is wrong for another, and "
             "that of a small gallery for a large one."}),
    setting<&RecognitionConfig::false_identification_rate>(
        {.name = "FALSE_IDENTIFICATION_RATE",
         .initial = "0.001",
         .least = 0.00001,
         .most = 0.1,
         .help =
             "The share of strangers who may be taken for somebody: 0.001 is one in a thousand. Less turns "
             "more enrolled people away (docs/accuracy.md). Not used with SIMILARITY_THRESHOLD."}),
    setting<&RecognitionConfig::ambiguity_margin>(
        {.name = "AMBIGUITY_MARGIN",
         .initial = "0.05",
         .least = 0,
         .most = 1,
         .help = "A match is \"ambiguous\", and not recorded, if another person scores within this distance "
                 "of the best one. 0: off."}),
    setting<&RecognitionConfig::liveness_threshold>(
        {.name = "LIVENESS_THRESHOLD",
         .readers = Readers::both,
         .when_unset = "the threshold measured for the pack (docs/accuracy.md)",
         .least = 0,
         .most = 1,
         .help = "The least liveness score for an event that reports one; below it the outcome is \"spoof\". "
                 "Lower lets more spoofs pass, higher turns more people away. Unset, a score by weak models, "
                 "as the "
                 "default pack's are, only flags the record; set, it decides."}),
    setting<&RecognitionConfig::liveness_required>(
        {.name = "LIVENESS_REQUIRED",
         .initial = "false",
         .help = "Record nobody for an event without a liveness "
                 "score: its outcome is \"unproven\". If false, such "
                 "events are taken for live; a score by weak models then decides, too."}),
    setting<&RecognitionConfig::cooldown>(
        {.name = "COOLDOWN_SECONDS",
         .initial = "43200",
         .least = 0,
         .most = kLongestCooldown,
         .help = "A person is recorded again only after this many seconds. 43200 is twelve hours. 0: off."}),
    setting<&RecognitionConfig::oldest_event_days>(
        {.name = "OLDEST_EVENT_DAYS",
         .initial = "30",
         .least = 1,
         .most = 3660,
         .help = "Refuse events that were captured longer ago (\"captured_too_old\"): the camera's clock was "
                 "wrong. "
                 "An edge that was without its server for longer needs more."}),
};

}  // namespace sas::config
