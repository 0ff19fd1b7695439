#include "edge/text_painter.h"

#include <algorithm>
#include <memory>

#include <pango/pangocairo.h>

namespace sas::edge {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Surface = std::unique_ptr<cairo_surface_t, Deleter<cairo_surface_destroy>>;
using Cairo = std::unique_ptr<cairo_t, Deleter<cairo_destroy>>;
using Layout = std::unique_ptr<PangoLayout, Deleter<g_object_unref>>;
using FontDescription = std::unique_ptr<PangoFontDescription, Deleter<pango_font_description_free>>;
using Text = std::unique_ptr<char, Deleter<g_free>>;

Surface make_surface(int width, int height) {
  return Surface(cairo_image_surface_create(CAIRO_FORMAT_A8, width, height));
}

// One line, whatever line breaks are in the text.
Layout lay_out(cairo_t* cairo, const std::string& text, double height) {
  Layout layout(pango_cairo_create_layout(cairo));
  const FontDescription font(pango_font_description_from_string("Sans"));
  pango_font_description_set_absolute_size(font.get(), std::max(1.0, height) * PANGO_SCALE);
  pango_layout_set_font_description(layout.get(), font.get());
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  // Pango warns on the terminal of text that is not UTF-8.
  const Text valid(g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())));
  pango_layout_set_text(layout.get(), valid.get(), -1);
  return layout;
}

}  // namespace

DrawnText draw_line(const std::string& text, double height, int most_width) {
  const Surface nowhere = make_surface(1, 1);
  const Cairo measure(cairo_create(nowhere.get()));
  const Layout layout = lay_out(measure.get(), text, height);
  int width = 0;
  int lines = 0;
  pango_layout_get_pixel_size(layout.get(), &width, &lines);
  if (width > most_width) {
    pango_layout_set_width(layout.get(), std::max(1, most_width) * PANGO_SCALE);
    pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
    pango_layout_get_pixel_size(layout.get(), &width, &lines);
  }
  const cv::Size size(std::max(1, width), std::max(1, lines));
  const Surface surface = make_surface(size.width, size.height);
  const Cairo cairo(cairo_create(surface.get()));
  pango_cairo_update_layout(cairo.get(), layout.get());
  pango_cairo_show_layout(cairo.get(), layout.get());
  cairo_surface_flush(surface.get());
  const cv::Mat drawn(size, CV_8UC1, cairo_image_surface_get_data(surface.get()),
                      static_cast<std::size_t>(cairo_image_surface_get_stride(surface.get())));
  return {drawn.clone()};
}

bool fonts_have(const std::string& text) {
  const Surface nowhere = make_surface(1, 1);
  const Cairo cairo(cairo_create(nowhere.get()));
  const Layout layout = lay_out(cairo.get(), text, 16);
  return pango_layout_get_unknown_glyphs_count(layout.get()) == 0;
}

void paint(cv::Mat& picture, const DrawnText& text, cv::Point at, const cv::Scalar& colour) {
  const cv::Rect whole(at, text.coverage.size());
  const cv::Rect inside = whole & cv::Rect(cv::Point(), picture.size());
  for (int y = inside.y; y < inside.y + inside.height; ++y) {
    const auto* coverage = text.coverage.ptr<unsigned char>(y - at.y);
    auto* row = picture.ptr<cv::Vec3b>(y);
    for (int x = inside.x; x < inside.x + inside.width; ++x) {
      const double share = coverage[x - at.x] / 255.0;
      for (int channel = 0; channel < 3; ++channel) {
        row[x][channel] =
            cv::saturate_cast<unsigned char>(share * colour[channel] + (1 - share) * row[x][channel]);
      }
    }
  }
}

}  // namespace sas::edge
