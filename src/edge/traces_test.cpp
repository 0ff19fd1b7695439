// The rules that the browser's edge shares: tests/traces/README.md says what the files mean.

#include <fstream>
#include <set>
#include <sstream>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/appearance.h"
#include "edge/edge_fakes.h"
#include "edge/pipeline.h"
#include "edge/tracker.h"
#include "edge/voter.h"
#include "vision/image_kind.h"
#include "vision/quality.h"

namespace sas::edge {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

json::object read(const std::string& name) {
  std::ifstream file("tests/traces/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return json::parse(text.str()).as_object();
}

float number(const json::value& value) { return value.to_number<float>(); }

// The moments of a step, in milliseconds.
std::vector<int> times_of(const json::object& step) {
  const int from = step.at("from").to_number<int>();
  const int to = step.contains("to") ? step.at("to").to_number<int>() : from + 1;
  const int every = step.contains("every") ? step.at("every").to_number<int>() : 1;
  std::vector<int> times;
  for (int now = from; now < to; now += every) times.push_back(now);
  return times;
}

using Ids = std::vector<TrackId>;

struct Followed {
  Ids tracks, hidden, believed, ended;
  std::set<TrackId> jumped;
};

Followed follow(Tracker& tracker, const json::object& step) {
  Followed followed;
  for (const int now : times_of(step)) {
    const auto elapsed = static_cast<float>(now - step.at("from").to_number<int>());
    std::vector<vision::DetectedFace> faces;
    for (const json::value& value : step.at("faces").as_array()) {
      const json::array& box = value.at("box").as_array();
      const json::array& moves = value.at("moves").as_array();
      vision::DetectedFace face;
      face.box = {number(box[0]) + number(moves[0]) * elapsed, number(box[1]) + number(moves[1]) * elapsed,
                  number(box[2]), number(box[3])};
      face.score = 0.9F;
      faces.push_back(face);
    }
    tracker.update(faces, milliseconds(now));
    for (const Track& track : tracker.ended()) followed.ended.push_back(track.id);
    followed.tracks.assign(faces.size(), 0);
    followed.hidden.clear();
    followed.believed.clear();
    for (const Track& track : tracker.tracks()) {
      if (!track.visible()) followed.hidden.push_back(track.id);
      if (track.jumped) followed.jumped.insert(track.id);
      if (tracker.confirmed(track)) followed.believed.push_back(track.id);
      for (std::size_t i = 0; track.visible() && i < faces.size(); ++i)
        if (faces[i].box == track.face.box) followed.tracks[i] = track.id;
    }
  }
  return followed;
}

TEST(Traces, Tracker) {
  const json::object file = read("tracker.json");
  for (const json::value& trace : file.at("traces").as_array()) {
    Tracker tracker;
    for (const json::value& value : trace.at("steps").as_array()) {
      const json::object& step = value.as_object();
      SCOPED_TRACE(json::serialize(trace.at("name")) + " from " + json::serialize(step.at("from")));
      const Followed followed = follow(tracker, step);
      const json::object& expected = step.at("expect").as_object();
      EXPECT_EQ(followed.tracks, json::value_to<Ids>(expected.at("tracks")));
      EXPECT_EQ(followed.hidden, json::value_to<Ids>(expected.at("hidden")));
      EXPECT_EQ(followed.believed, json::value_to<Ids>(expected.at("believed")));
      EXPECT_EQ(followed.ended, json::value_to<Ids>(expected.at("ended")));
      if (const json::value* jumped = expected.if_contains("jumped")) {
        EXPECT_EQ(followed.jumped, json::value_to<std::set<TrackId>>(*jumped));
      }
    }
  }
}

Embedding embedding_of(const json::value& first) {
  std::array<float, kEmbeddingSize> values{};
  const json::array& given = first.as_array();
  for (std::size_t i = 0; i < given.size(); ++i) values.at(i) = number(given[i]);
  return *Embedding::normalised(values);
}

std::optional<float> liveness_of(const json::object& object) {
  if (const json::value* value = object.if_contains("liveness")) return number(*value);
  return std::nullopt;
}

struct Voted {
  int looks = 0;
  int embeddings = 0;
  int changed = 0;
  std::vector<std::pair<int, Vote>> votes;  // each with its moment
};

constexpr int kMillisecondsAFrame = 40;

Voted offer(TrackVoter& voter, const json::object& step) {
  Voted voted;
  const json::value* face = step.if_contains("face");
  const bool ended = step.contains("ended") && step.at("ended").as_bool();
  if (step.contains("jump")) voter.check_now();
  const auto take = [&](int now, std::uint64_t frame, bool over) {
    const auto vote = voter.take_vote(frame, over);
    if (!vote) return;
    voted.votes.emplace_back(now, *vote);
    if (const json::value* answer = step.if_contains("answer"))
      voter.decided(*parse_outcome(answer->as_string().c_str()));
  };
  for (const int now : times_of(step)) {
    const auto frame = static_cast<std::uint64_t>(now / kMillisecondsAFrame);
    if (face != nullptr && voter.wants_look(frame)) {
      ++voted.looks;
      const float quality = number(face->at("quality"));
      if (voter.wants_embedding(frame, face->at("good").as_bool(), quality)) {
        ++voted.embeddings;
        auto newcomer = voter.add(frame, Timestamp(milliseconds(now)), quality,
                                  liveness_of(face->as_object()), embedding_of(face->at("embedding")));
        if (newcomer) {
          ++voted.changed;
          take(now, frame, true);
          voter = std::move(*newcomer);
        }
      }
    }
    take(now, frame, ended);
  }
  return voted;
}

void expect_vote(const std::pair<int, Vote>& voted, const json::object& expected) {
  const auto& [at, vote] = voted;
  EXPECT_EQ(at, expected.at("at").to_number<int>());
  EXPECT_EQ(vote.captured_at, Timestamp(milliseconds(expected.at("captured_at").to_number<int>())));
  EXPECT_NEAR(vote.quality, number(expected.at("quality")), 1e-4);
  EXPECT_GT(cosine(vote.embedding, embedding_of(expected.at("embedding"))), 0.99999F);
  const auto liveness = liveness_of(expected);
  ASSERT_EQ(vote.liveness.has_value(), liveness.has_value());
  EXPECT_NEAR(vote.liveness.value_or(0), liveness.value_or(0), 1e-4);
}

TEST(Traces, Voter) {
  const json::object file = read("voter.json");
  for (const json::value& trace : file.at("traces").as_array()) {
    TrackVoter voter({.same_person = number(file.at("same_person"))});
    for (const json::value& value : trace.at("steps").as_array()) {
      const json::object& step = value.as_object();
      SCOPED_TRACE(json::serialize(trace.at("name")) + " from " + json::serialize(step.at("from")));
      const Voted voted = offer(voter, step);
      const json::object& expected = step.at("expect").as_object();
      EXPECT_EQ(voted.looks, expected.at("looks").to_number<int>());
      EXPECT_EQ(voted.embeddings, expected.at("embeddings").to_number<int>());
      EXPECT_EQ(voted.changed, expected.at("changed").to_number<int>());
      const json::array& votes = expected.at("votes").as_array();
      ASSERT_EQ(voted.votes.size(), votes.size());
      for (std::size_t i = 0; i < votes.size(); ++i) expect_vote(voted.votes[i], votes[i].as_object());
    }
  }
}

cv::Mat picture_of(const json::array& rows) {
  const auto height = static_cast<int>(rows.size());
  cv::Mat grey(height, static_cast<int>(rows.at(0).as_array().size()), CV_8UC3);
  for (int y = 0; y < grey.rows; ++y) {
    for (int x = 0; x < grey.cols; ++x) {
      const auto value =
          rows.at(static_cast<std::size_t>(y)).at(static_cast<std::size_t>(x)).to_number<unsigned char>();
      grey.at<cv::Vec3b>(y, x) = cv::Vec3b::all(value);
    }
  }
  return grey;
}

cv::Rect2f box_of(const json::value& box) {
  return {number(box.at(0)), number(box.at(1)), number(box.at(2)), number(box.at(3))};
}

TEST(Traces, Appearance) {
  const json::object file = read("appearance.json");
  EXPECT_FLOAT_EQ(number(file.at("jump")), kAppearanceJump);
  for (const json::value& value : file.at("cases").as_array()) {
    SCOPED_TRACE(json::serialize(value.at("name")));
    const auto appearance = [&](const char* picture, const char* box) {
      const json::value& rows = file.at("pictures").at(value.at(picture).as_string());
      return appearance_of(picture_of(rows.as_array()), box_of(value.at(box)));
    };
    EXPECT_NEAR(change_between(appearance("before", "box"), appearance("after", "then")),
                number(value.at("change")), 1e-4);
  }
}

std::optional<float> optional_number(const json::value& value) {
  return value.is_null() ? std::nullopt : std::optional(number(value));
}

vision::QualityLimits limits_of(const json::object& limits) {
  return {.min_size = number(limits.at("min_size")),
          .min_contrast = number(limits.at("min_contrast")),
          .max_clipped = number(limits.at("max_clipped")),
          .min_sharpness = number(limits.at("min_sharpness")),
          .max_yaw = number(limits.at("max_yaw")),
          .max_pitch = number(limits.at("max_pitch")),
          .max_disagreement = number(limits.at("max_disagreement")),
          .max_second_disagreement = number(limits.at("max_second_disagreement"))};
}

vision::FaceMeasures measures_of(const json::object& usual, const json::object& changes) {
  const auto value = [&](const char* name) -> const json::value& {
    const json::value* changed = changes.if_contains(name);
    return changed != nullptr ? *changed : usual.at(name);
  };
  return {
      .score = number(value("score")),
      .size = number(value("size")),
      .exposure = {.brightness = number(value("brightness")),
                   .contrast = number(value("contrast")),
                   .black = number(value("black")),
                   .white = number(value("white")),
                   .picture = number(value("picture"))},
      .sharpness = number(value("sharpness")),
      .outside = number(value("outside")),
      .eyes_shut = value("eyes_shut").as_bool(),
      .pose = {.yaw = number(value("yaw")), .pitch = number(value("pitch")), .roll = number(value("roll"))},
      .disagreement = optional_number(value("disagreement")),
      .second_disagreement = optional_number(value("second_disagreement"))};
}

TEST(Traces, Quality) {
  const json::object file = read("quality.json");
  const json::object& limits = file.at("limits").as_object();
  for (const json::value& value : file.at("cases").as_array()) {
    SCOPED_TRACE(json::serialize(value.at("name")));
    const auto& these = limits.at(value.at("limits").as_string()).as_object();
    const auto quality = vision::judge(
        measures_of(file.at("usual").as_object(), value.at("measures").as_object()), limits_of(these));
    EXPECT_NEAR(quality.overall, number(value.at("overall")), 1e-4);
    json::array problems;
    for (const auto problem : quality.problems) problems.emplace_back(vision::to_string(problem));
    EXPECT_EQ(problems, value.at("problems").as_array());
  }
}

TEST(Traces, TheLimitsAreThoseOfTheBrowser) {
  const json::object file = read("quality.json");
  const auto expect_equal = [](const vision::QualityLimits& ours, const vision::QualityLimits& stated) {
    EXPECT_EQ(ours.min_size, stated.min_size);
    EXPECT_EQ(ours.min_contrast, stated.min_contrast);
    EXPECT_EQ(ours.max_clipped, stated.max_clipped);
    EXPECT_EQ(ours.min_sharpness, stated.min_sharpness);
    EXPECT_EQ(ours.max_yaw, stated.max_yaw);
    EXPECT_EQ(ours.max_pitch, stated.max_pitch);
    EXPECT_EQ(ours.max_disagreement, stated.max_disagreement);
    EXPECT_EQ(ours.max_second_disagreement, stated.max_second_disagreement);
  };
  const json::object& limits = file.at("limits").as_object();
  expect_equal({}, limits_of(limits.at("enrolment").as_object()));
  expect_equal(PipelineOptions{}.limits, limits_of(limits.at("camera").as_object()));
}

TEST(Traces, KindsOfPhotographs) {
  const json::object file = read("images.json");
  json::array readable;
  for (const auto ending : vision::readable_endings()) readable.emplace_back(ending);
  EXPECT_EQ(readable, file.at("read").at("attend").as_array());
  json::array foreign;
  for (const vision::ForeignKind& kind : vision::foreign_kinds()) {
    json::array endings;
    for (const auto ending : kind.endings) endings.emplace_back(ending);
    foreign.push_back(json::object{{"kind", kind.name}, {"endings", endings}, {"remedy", kind.remedy}});
  }
  EXPECT_EQ(foreign, file.at("not_read").as_array());
}

}  // namespace
}  // namespace sas::edge
