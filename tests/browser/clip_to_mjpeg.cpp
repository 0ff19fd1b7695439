// A clip as Chromium's fake camera takes it, JPEG after JPEG:
//   clip_to_mjpeg CLIP OUT FIRST COUNT [WIDTH]
// writes COUNT frames from the FIRST on, scaled to WIDTH where it is given.

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

int main(int argc, char** argv) {
  if (argc < 5) {
    std::cerr << "clip_to_mjpeg CLIP OUT FIRST COUNT [WIDTH]\n";
    return 2;
  }
  cv::VideoCapture clip(argv[1]);
  std::ofstream out(argv[2], std::ios::binary);
  const int first = std::atoi(argv[3]);
  const int count = std::atoi(argv[4]);
  const int width = argc > 5 ? std::atoi(argv[5]) : 0;
  cv::Mat frame;
  int written = 0;
  for (int i = 0; i < first + count && clip.read(frame); ++i) {
    if (i < first) continue;
    if (width > 0) cv::resize(frame, frame, {width, frame.rows * width / frame.cols});
    std::vector<unsigned char> jpeg;
    cv::imencode(".jpg", frame, jpeg, {cv::IMWRITE_JPEG_QUALITY, 92});
    out.write(reinterpret_cast<const char*>(jpeg.data()), static_cast<std::streamsize>(jpeg.size()));
    ++written;
  }
  if (written == 0 || !out.flush()) {
    std::cerr << argv[1] << " gave no frame, or " << argv[2] << " could not be written\n";
    return 1;
  }
}
