// The numbers that the browser's edge shares: tests/traces/README.md says what the file means.

#include "vision/landmarks.h"

#include <cmath>
#include <fstream>
#include <sstream>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vision/detection.h"
#include "vision/face_engine.h"
#include "vision/quality.h"

namespace sas::vision {
namespace {

namespace json = boost::json;

float number(const json::value& value) { return value.to_number<float>(); }

cv::Point2f point(const json::value& value) { return {number(value.at(0)), number(value.at(1))}; }

FivePoints five(const json::value& value) {
  FivePoints points;
  for (std::size_t i = 0; i < points.size(); ++i) points.at(i) = point(value.at(i));
  return points;
}

cv::Rect2f box(const json::value& value) {
  return {number(value.at(0)), number(value.at(1)), number(value.at(2)), number(value.at(3))};
}

void expect_near(const cv::Rect2f& is, const cv::Rect2f& expected) {
  EXPECT_NEAR(is.x, expected.x, 1e-3);
  EXPECT_NEAR(is.y, expected.y, 1e-3);
  EXPECT_NEAR(is.width, expected.width, 1e-3);
  EXPECT_NEAR(is.height, expected.height, 1e-3);
}

void expect_near(const FivePoints& is, const FivePoints& expected) {
  for (std::size_t i = 0; i < is.size(); ++i) {
    EXPECT_NEAR(is.at(i).x, expected.at(i).x, 1e-3) << i;
    EXPECT_NEAR(is.at(i).y, expected.at(i).y, 1e-3) << i;
  }
}

class LandmarkTraces : public testing::Test {
 protected:
  LandmarkTraces() {
    std::ifstream stream("tests/traces/landmarks.json");
    std::ostringstream text;
    text << stream.rdbuf();
    file_ = json::parse(text.str()).as_object();
  }
  template <class F>
  void each(const char* list, F&& run) const {
    ASSERT_FALSE(file_.at(list).as_array().empty());
    for (const auto& value : file_.at(list).as_array()) {
      SCOPED_TRACE(json::serialize(value.at("name")));
      run(value.as_object());
    }
  }
  json::object file_;
};

TEST_F(LandmarkTraces, TheBoxIsRebuiltFromThePoints) {
  each("face_boxes", [](const json::object& given) {
    const auto& listed = given.at("points").as_array();
    std::array<cv::Point2f, 68> points;
    for (std::size_t i = 0; i < points.size(); ++i) points.at(i) = point(listed[i % listed.size()]);
    expect_near(face_box(points, number(given.at("scale"))), box(given.at("box")));
  });
}

TEST_F(LandmarkTraces, RunsThatLieApartAreUncertain) {
  each("runs", [](const json::object& given) {
    std::vector<FivePoints> runs;
    for (const auto& run : given.at("runs").as_array()) runs.push_back(five(run));
    expect_near(mean_points(runs), five(given.at("mean")));
    EXPECT_NEAR(spread(runs), number(given.at("spread")), 1e-4);
  });
}

TEST_F(LandmarkTraces, ASecondModelMayDisagree) {
  each("second_opinions", [](const json::object& given) {
    EXPECT_NEAR(disagreement(five(given.at("points")), five(given.at("second"))),
                number(given.at("disagreement")), 1e-4);
  });
}

Embedding embedding(const json::value& value) {
  std::array<float, kEmbeddingSize> values{};
  for (std::size_t i = 0; i < value.as_array().size(); ++i) values.at(i) = number(value.at(i));
  return Embedding::normalised(values).value();
}

TEST_F(LandmarkTraces, TwoEmbeddingsBecomeTheirMean) {
  each("embeddings", [](const json::object& given) {
    const auto mean = mean_embedding(embedding(given.at("first")), embedding(given.at("second")));
    ASSERT_TRUE(mean);
    EXPECT_GT(cosine(*mean, embedding(given.at("mean"))), 0.99999F);
  });
}

TEST_F(LandmarkTraces, YunetIsDecoded) {
  each("yunet", [](const json::object& given) {
    const int stride = given.at("stride").to_number<int>();
    const cv::Size input(given.at("input").at(0).to_number<int>(), given.at("input").at(1).to_number<int>());
    const auto count = static_cast<std::size_t>((input.width / stride) * (input.height / stride));
    std::vector<float> face_scores(count);
    std::vector<float> object_scores(count);
    std::vector<float> boxes(count * 4);
    std::vector<float> points(count * 10);
    for (const auto& cell : given.at("cells").as_array()) {
      const auto at = cell.at("cell").to_number<std::size_t>();
      face_scores.at(at) = number(cell.at("scores").at(0));
      object_scores.at(at) = number(cell.at("scores").at(1));
      for (std::size_t i = 0; i < 4; ++i) boxes.at((at * 4) + i) = number(cell.at("box").at(i));
      for (std::size_t i = 0; i < 10; ++i)
        points.at((at * 10) + i) = number(cell.at("points").at(i / 2).at(i % 2));
    }
    std::vector<DetectedFace> faces;
    decode_yunet({stride, face_scores, object_scores, boxes, points}, input, number(given.at("min_score")),
                 faces);
    const auto& expected = given.at("faces").as_array();
    ASSERT_EQ(faces.size(), expected.size());
    for (std::size_t i = 0; i < faces.size(); ++i) {
      EXPECT_NEAR(faces[i].score, number(expected[i].at("score")), 1e-4);
      expect_near(faces[i].box, box(expected[i].at("box")));
      ASSERT_TRUE(faces[i].points);
      expect_near(*faces[i].points, five(expected[i].at("points")));
    }
  });
}

// Grey, with rectangular parts of another grey.
cv::Mat picture(const json::object& given, cv::Size size) {
  const auto grey = [](const json::value& level) { return cv::Scalar::all(level.to_number<double>()); };
  cv::Mat image(size, CV_8UC3, grey(given.at("grey")));
  if (const auto* parts = given.if_contains("parts"))
    for (const auto& part : parts->as_array())
      image(cv::Rect(box(part)) & cv::Rect({}, size)).setTo(grey(part.at(4)));
  return image;
}

TEST_F(LandmarkTraces, ExposureIsMeasuredInTheFaceAndInThePicture) {
  each("exposures", [](const json::object& given) {
    const auto& whole = given.at("picture").as_object();
    const cv::Size size(whole.at("size").at(0).to_number<int>(), whole.at("size").at(1).to_number<int>());
    const auto exposure =
        measure_exposure(picture(whole, size), picture(given.at("aligned").as_object(), {112, 112}));
    const auto& expected = given.at("exposure");
    EXPECT_NEAR(exposure.brightness, number(expected.at("brightness")), 0.01);
    EXPECT_NEAR(exposure.contrast, number(expected.at("contrast")), 0.01);
    EXPECT_NEAR(exposure.black, number(expected.at("black")), 1e-4);
    EXPECT_NEAR(exposure.white, number(expected.at("white")), 1e-4);
    EXPECT_NEAR(exposure.picture, number(expected.at("picture")), 0.01);
  });
}

TEST(Landmarks, PointsThatAreNoNumbersAreUncertain) {
  FivePoints broken;
  broken.fill({std::nanf(""), 0});
  const std::vector<FivePoints> runs{broken, broken};
  FaceLandmarks landmarks{broken, {}};
  EXPECT_TRUE(certain(landmarks, {})) << "nothing checked them";
  landmarks.disagreement = spread(runs);
  EXPECT_FALSE(certain(landmarks, {}));
}

TEST(Landmarks, ASecondModelThatSeesNoFaceMakesThemUncertain) {
  FaceLandmarks landmarks;
  landmarks.disagreement = 0.01F;
  EXPECT_TRUE(certain(landmarks, {}));
  landmarks.second_disagreement = kNoFaceThere;
  EXPECT_FALSE(certain(landmarks, {}));
}

TEST(YunetLevels, AreFoundByTheShapesOfTheOutputs) {
  using Shapes = std::vector<std::vector<std::int64_t>>;
  // The order of the project's own export for 64x64: both scores, boxes, points, each at strides 8, 16, 32.
  Shapes shapes{{1, 64, 1}, {1, 16, 1}, {1, 4, 1}, {1, 64, 1},  {1, 16, 1},  {1, 4, 1},
                {1, 64, 4}, {1, 16, 4}, {1, 4, 4}, {1, 64, 10}, {1, 16, 10}, {1, 4, 10}};
  const auto levels = yunet_levels(shapes, {64, 64});
  ASSERT_TRUE(levels) << levels.error().message;
  ASSERT_EQ(levels->size(), 3U);
  EXPECT_EQ(levels->front().stride, 32);
  EXPECT_EQ(levels->back().stride, 8);
  EXPECT_THAT(levels->back().scores, testing::ElementsAre(0, 3));
  EXPECT_EQ(levels->back().boxes, 6U);
  EXPECT_EQ(levels->back().points, 9U);

  EXPECT_FALSE(yunet_levels(shapes, {128, 128})) << "another input size";
  shapes.pop_back();
  EXPECT_FALSE(yunet_levels(shapes, {64, 64})) << "an output is missing";
  EXPECT_FALSE(yunet_levels({}, {64, 64}));
  EXPECT_FALSE(yunet_levels({{64}, {1}}, {64, 64}));
}

}  // namespace
}  // namespace sas::vision
