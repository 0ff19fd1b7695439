// Results of the C++ edge for photographs, for comparison with the browser's edge:
//   embed_photographs MODELS_DIR IMAGE…
// Prints one JSON object per line: file, faces, box [x, y, width, height], overall quality and embedding of
// the face with the highest score.

#include <iostream>
#include <string>

#include <boost/json.hpp>

#include "vision/face_engine.h"
#include "vision/image_file.h"

namespace {

using sas::vision::FaceEngine;

boost::json::object look_at(const FaceEngine& engine, const char* file) {
  boost::json::object line{{"file", file}};
  const auto image = sas::vision::read_image(file);
  if (!image) {
    line["error"] = image.error().message;
    return line;
  }
  const auto faces = engine.detect(*image);
  line["faces"] = faces.size();
  if (faces.empty()) return line;
  const auto& best = faces.front();
  const auto landmarks = engine.refine(*image, best, engine.landmarks(*image, best));
  const auto aligned = engine.align(*image, landmarks);
  const auto embedding = engine.embed_face(*image, landmarks);
  if (!embedding) {
    line["error"] = embedding.error().message;
    return line;
  }
  line["box"] = {best.box.x, best.box.y, best.box.width, best.box.height};
  line["quality"] = engine.assess(*image, best, landmarks, aligned, {}).overall;
  const auto values = embedding->values();
  line["embedding"] = boost::json::array(values.begin(), values.end());
  return line;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "embed_photographs MODELS_DIR IMAGE…\n";
    return 2;
  }
  const auto pack = sas::vision::find_pack(argv[1], sas::vision::kDefaultPack);
  if (!pack) {
    std::cerr << pack.error().message << '\n';
    return 1;
  }
  const auto engine = FaceEngine::load(*pack, {.models_dir = argv[1]});
  if (!engine) {
    std::cerr << engine.error().message << '\n';
    return 1;
  }
  for (int i = 2; i < argc; ++i) std::cout << look_at(**engine, argv[i]) << '\n';
}
