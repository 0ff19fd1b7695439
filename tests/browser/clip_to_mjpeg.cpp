// Converts a clip to concatenated JPEGs for Chromium's fake camera:
//   clip_to_mjpeg CLIP OUT FIRST COUNT WIDTH PAUSE
// Writes COUNT frames starting at FIRST, scaled to WIDTH, then PAUSE frames without a person: the camera
// loops, and each loop is a walk-past.

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

int main(int argc, char** argv) {
  if (argc != 7) {
    std::cerr << "clip_to_mjpeg CLIP OUT FIRST COUNT WIDTH PAUSE\n";
    return 2;
  }
  cv::VideoCapture clip(argv[1]);
  std::ofstream out(argv[2], std::ios::binary);
  const int first = std::atoi(argv[3]);
  const int count = std::atoi(argv[4]);
  const int width = std::atoi(argv[5]);
  const int pause = std::atoi(argv[6]);
  int written = 0;
  const auto write = [&](const cv::Mat& frame) {
    std::vector<unsigned char> jpeg;
    cv::imencode(".jpg", frame, jpeg, {cv::IMWRITE_JPEG_QUALITY, 92});
    out.write(reinterpret_cast<const char*>(jpeg.data()), static_cast<std::streamsize>(jpeg.size()));
    ++written;
  };
  cv::Mat frame;
  cv::Mat scaled;
  for (int i = 0; i < first + count && clip.read(frame); ++i) {
    if (i < first) continue;
    cv::resize(frame, scaled, {width, frame.rows * width / frame.cols});
    write(scaled);
  }
  if (written > 0) {
    scaled.setTo(cv::Scalar(96, 96, 96));
    for (int i = 0; i < pause; ++i) write(scaled);
  }
  if (written == 0 || !out.flush()) {
    std::cerr << argv[1] << " gave no frame, or " << argv[2] << " could not be written\n";
    return 1;
  }
}
