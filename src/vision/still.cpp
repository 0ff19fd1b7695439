#include <algorithm>
#include <array>
#include <functional>

#include "vision/face_engine.h"

namespace sas::vision {

Result<Embedding> mean_embedding(const Embedding& first, const Embedding& second) {
  std::array<float, kEmbeddingSize> sum{};
  std::ranges::transform(first.values(), second.values(), sum.begin(), std::plus{});
  return Embedding::normalised(sum);
}

Result<Embedding> FaceEngine::embed_face(const cv::Mat& image, const FaceLandmarks& landmarks) const {
  auto first = embed(align(image, landmarks));
  if (!first || !landmarks.second) return first;
  const auto second = embed(align(image, {*landmarks.second, {}}));
  if (!second) return second.error();
  return mean_embedding(*first, *second);
}

Result<StillFace> analyse_still(const FaceEngine& engine, const cv::Mat& image, const QualityLimits& limits) {
  auto faces = engine.detect(image);
  if (faces.empty())
    return Error::of(
        ErrorKind::invalid_argument, "no_face",
        "no face was found in the image; use one that shows the whole face, upright and well lit");
  if (faces.size() > 1)
    return Error::of(ErrorKind::invalid_argument, "several_faces",
                     std::to_string(faces.size()) +
                         " faces were found in the image; use one that shows only the person to enrol",
                     {{"faces", faces.size()}});
  auto landmarks = engine.refine(image, faces.front(), engine.landmarks(image, faces.front()));
  const auto aligned = engine.align(image, landmarks);
  auto quality = engine.assess(image, faces.front(), landmarks, aligned, limits);
  if (!quality.good()) {
    boost::json::array problems;
    std::string words;
    for (const auto problem : quality.problems) {
      problems.emplace_back(to_string(problem));
      words += words.empty() ? "" : "; ";
      words += std::string(to_string(problem)) + " (" + std::string(hint(problem)) + ")";
    }
    return Error::of(ErrorKind::invalid_argument, "poor_quality",
                     "the face is not good enough to be enrolled: " + words,
                     {{"problems", std::move(problems)}});
  }
  auto embedding = engine.embed_face(image, landmarks);
  if (!embedding) return embedding.error();
  return StillFace{faces.front(), std::move(landmarks), std::move(quality), *embedding};
}

}  // namespace sas::vision
