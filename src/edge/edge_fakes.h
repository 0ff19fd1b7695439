#pragma once
// Fakes of models, servers and time for the edge's tests.

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include <opencv2/core.hpp>

#include "edge/uplink.h"
#include "vision/face_engine.h"

namespace sas::edge::test {

inline constexpr Timestamp kNow{std::chrono::seconds(1'800'000'000)};

inline Embedding direction(std::size_t axis, float tilt = 0) {
  std::array<float, kEmbeddingSize> values{};
  values.at(axis) = 1;
  values.at((axis + 7) % kEmbeddingSize) += tilt;
  return *Embedding::normalised(values);
}

inline vision::DetectedFace face_at(float x, float y, float size = 100) {
  vision::DetectedFace face;
  face.box = {x, y, size, size};
  face.score = 0.9F;
  return face;
}

// Returns what the test scripted for each call of detect(); everything else follows from the box.
class FakeEngine final : public vision::FaceEngine {
 public:
  FakeEngine() {
    pack_.name = "fake";
    pack_.embedder = ModelId{"fake-1"};
    pack_.threshold.cosine = 0.35F;
  }

  std::function<std::vector<vision::DetectedFace>(int call)> faces = [](int) {
    return std::vector<vision::DetectedFace>{};
  };
  std::function<std::size_t(int call)> identity = [](int) {
    return std::size_t{0};
  };  // axis of the embedding
  std::function<bool(int call)> good = [](int) { return true; };
  std::function<std::optional<float>(int call)> live = [](int) { return std::optional<float>(); };
  std::function<std::optional<float>(int call)> eyes = [](int) { return std::optional<float>(); };
  std::function<void(const cv::Mat& image)> on_detect = [](const cv::Mat&) {};
  std::function<float(int call)> yaw = [](int) { return 0.0F; };
  std::function<bool(int call)> certain = [](int) { return true; };  // of the landmarks
  mutable int calls = 0;                                             // of detect()
  mutable int embeddings = 0;                                        // made

  const vision::ModelPack& pack() const override { return pack_; }
  std::string_view device_name() const override { return "fake"; }
  std::vector<vision::DetectedFace> detect(const cv::Mat& image) const override {
    on_detect(image);
    return faces(++calls);
  }
  vision::FaceLandmarks landmarks(const cv::Mat&, const vision::DetectedFace&) const override { return {}; }
  vision::FaceLandmarks refine(const cv::Mat&, const vision::DetectedFace&,
                               vision::FaceLandmarks landmarks) const override {
    landmarks.disagreement = certain(calls) ? 0.02F : 0.5F;
    return landmarks;
  }
  cv::Mat align(const cv::Mat&, const vision::FaceLandmarks&) const override { return {}; }
  vision::FaceQuality assess(const cv::Mat&, const vision::DetectedFace& face, const vision::FaceLandmarks&,
                             const cv::Mat&, const vision::QualityLimits&) const override {
    vision::FaceQuality quality;
    quality.size = face.box.width;
    quality.overall = 0.7F;
    quality.pose.yaw = yaw(calls);
    if (!good(calls)) quality.problems.push_back(vision::QualityProblem::blurred);
    return quality;
  }
  vision::FaceQuality assess_quickly(const cv::Mat& image, const vision::DetectedFace& face,
                                     const vision::FaceLandmarks& landmarks, const cv::Mat& aligned,
                                     const vision::QualityLimits& limits) const override {
    return assess(image, face, landmarks, aligned, limits);
  }
  void judge_weakly() {
    pack_.liveness = vision::LivenessThreshold{.score = 0.1F, .measured_on = {}, .weak = true};
  }
  bool judges_liveness() const override { return true; }
  std::optional<float> liveness(const cv::Mat&, const vision::DetectedFace&) const override {
    return live(calls);
  }
  std::optional<float> eyes_open(const cv::Mat&, const vision::FaceLandmarks&) const override {
    return eyes(calls);
  }
  Result<Embedding> embed(const cv::Mat&) const override {
    ++embeddings;
    return direction(identity(calls));
  }

 private:
  vision::ModelPack pack_;
};

inline Decision decision(const EventId& event, Outcome outcome) {
  Decision decision;
  decision.event = event;
  decision.outcome = outcome;
  decision.similarity = 0.7F;
  decision.threshold = 0.35F;
  if (outcome == Outcome::marked || outcome == Outcome::cooldown) {
    decision.person = PersonRef{PersonId{}, "E-1", "Anna"};
  }
  return decision;
}

}  // namespace sas::edge::test
